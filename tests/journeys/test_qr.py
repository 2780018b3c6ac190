"""Phones read the codes that pages show: from the screen at 360 px, light and dark, and from paper and the picture saved.

What is read is taken apart and compared with what the payment asks for: the account, the amount, the code in the memo.
"""

from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from typing import Any
from uuid import uuid4

import pypdfium2 as pdfium
import pytest
import zxingcpp
from django.conf import settings as django_settings
from django.test import Client
from django.urls import reverse
from PIL import Image
from playwright.sync_api import Page

from accounts.models import User
from common.actors import Actor
from payments import vietqr
from payments.asking import TEST_AMOUNT, asked_for
from payments.models import Method, Payment
from payments.services import (
    approve_refund,
    ask_for_debt,
    ask_for_rest,
    begin_test,
    cancel_order,
    keep_and_match,
    plate_for,
    refund_to,
    start_sale,
)
from tests.factories import OrderFactory, ShopFactory
from tests.payments.notices import bank_line
from tests.payments.paying import money_runner, operators_bank, pooled_order
from tests.payments.test_debts import owe
from tests.payments.test_together import two_farms

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
THEMES = ("light", "dark")


@dataclass(frozen=True)
class Scene:
    """A page with a code: who looks at it, where, what is opened first, and what the code must say."""

    address: str
    account: str
    amount: int | None
    memo: str
    person: User | None = None
    opened: str = ""


def pay_page() -> Scene:
    order = OrderFactory(price=75_000, quantity=2)
    asked = order.payments.get()
    return Scene(order.purchase.get_absolute_url(), asked.account.number, 150_000, asked.code)


def rest_of_an_order() -> Scene:
    """The buyer transferred too little; the page asks for what is missing, under another code."""
    order = OrderFactory(price=75_000, quantity=2)
    first = order.payments.get()
    keep_and_match(first.account, bank_line(first.account, first.code, 100_000))
    rest = ask_for_rest(order.pk)
    assert rest is not None
    assert rest.code != first.code
    return Scene(order.purchase.get_absolute_url(), rest.account.number, 50_000, rest.code)


def payment_of_two_farms() -> Scene:
    account = operators_bank()
    purchase = two_farms(Method.POOLED)
    asked = purchase.payments.get(purpose=Payment.Purpose.SHARED)
    return Scene(purchase.get_absolute_url(), account.number, 150_000, asked.code)


def refund_on_the_desk() -> Scene:
    operators_bank()
    order = pooled_order(ShopFactory(), 80_000, delivered=False)
    cancel_order(order.pk, by=Actor.of(order.shop.owner))
    lan, refund = money_runner(), order.refunds.get()
    refund_to(refund.pk, bank_bin="970436", number="0071000654321", holder="Lò Văn Páo", by=Actor.of(lan))
    refund = approve_refund(refund.pk, by=lan)
    return Scene(f"/so-quy/hoan-tien/{refund.pk}/", "0071000654321", 80_000, refund.code, lan)


def debt() -> Scene:
    account, shop = operators_bank(), ShopFactory()
    owe(shop, 35_000)
    asked = ask_for_debt(shop)
    assert asked is not None
    return Scene("/ban-hang/tien/", account.number, 35_000, asked.code, shop.owner, "Mã VietQR để trả")


def own_account() -> Scene:
    shop = ShopFactory()
    account = begin_test(shop, shop.payment_accounts.get().pk, by=shop.owner)
    assert account is not None
    return Scene("/ban-hang/tien/tai-khoan/", account.number, TEST_AMOUNT, account.test_code, shop.owner)


def till() -> Scene:
    shop = ShopFactory()
    sale = start_sale(shop, 45_000, client_uuid=uuid4(), by=Actor.of(shop.owner))
    return Scene(sale.get_absolute_url(), sale.payment.account.number, 45_000, sale.payment.code, shop.owner)


def plate() -> Scene:
    shop = ShopFactory()
    made = plate_for(shop)
    return Scene("/ban-hang/quay/ma-dan/", made.account.number, None, made.code, shop.owner)


SCENES = [
    pay_page, rest_of_an_order, payment_of_two_farms, refund_on_the_desk, debt, own_account, till, plate
]  # fmt: skip


def codes_in(png: bytes) -> list[str]:
    return [found.text for found in zxingcpp.read_barcodes(Image.open(BytesIO(png)).convert("RGB"))]


def sign_in_at_once(page: Page, market: str, person: User) -> None:
    """As somebody who signed in before; how that goes is told elsewhere."""
    client = Client()
    client.force_login(person)
    name = django_settings.SESSION_COOKIE_NAME
    page.context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": market}])


@pytest.mark.parametrize("scene", SCENES)
def test_the_code_is_read_from_the_screen_of_a_phone(
    phone_of: Callable[..., Page], market: str, settings: Any, shot: Any, scene: Callable[[], Scene]
) -> None:
    settings.PAYMENT_POOLED = True
    made, page, grounds = scene(), phone_of(), set()
    if made.person:
        sign_in_at_once(page, market, made.person)
    page.goto(made.address)
    if made.opened:
        page.get_by_text(made.opened, exact=True).click()
    assert page.viewport_size is not None
    assert page.viewport_size["width"] == 360
    for theme in THEMES:
        page.emulate_media(color_scheme=theme)
        page.locator(".qr-box svg, .till-qr svg").first.scroll_into_view_if_needed()
        grounds.add(page.evaluate("getComputedStyle(document.body).backgroundColor"))
        [text] = codes_in(page.screenshot(scale="css"))  # 360 dots across, whatever the phone has
        read = vietqr.decode(text)
        assert (read.account, read.amount, read.memo) == (made.account, made.amount, made.memo)
        shot(page, f"qr-{scene.__name__}-{theme}")
    assert len(grounds) == len(THEMES)  # the second was dark indeed


def test_the_saved_picture_is_the_same_code(phone_of: Callable[..., Page], market: str) -> None:
    order = OrderFactory(price=75_000, quantity=2)
    saved = phone_of().request.get(market + f"/ma-qr/{order.payments.get().key}.png")
    assert codes_in(saved.body()) == [asked_for([order])[order.pk].payload]


def test_the_printed_plate_is_read_even_from_a_phone_that_shows_the_paper(client: Client) -> None:
    shop = ShopFactory()
    made = plate_for(shop)
    client.force_login(shop.owner)
    [paper] = pdfium.PdfDocument(BytesIO(client.get(reverse("prints:plate")).content))
    small = paper.render(scale=360 / paper.get_width()).to_pil()
    [code] = zxingcpp.read_barcodes(small)
    read = vietqr.decode(code.text)
    assert (read.account, read.amount, read.memo) == (made.account.number, None, made.code)
