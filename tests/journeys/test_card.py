"""Paying by card for two farms at once on a phone of 360 x 740, with scripts and without."""

import re

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect
from stripe import HTTPClient

from orders.models import Purchase
from payments.models import Payment
from payments.providers.fakes.momo_server import FakeMoMo
from payments.providers.fakes.stripe_objects import DECLINED_CARD, GOOD_CARD
from payments.providers.fakes.stripe_server import CONNECT_SECRET, WEBHOOK_SECRET, FakeStripe
from payments.providers.fakes.stripe_webhooks import Endpoint
from tests.factories import ProductFactory, ShopFactory
from tests.journeys.test_orders import fill_checkout
from tests.payments.stripe import config_for

both = pytest.mark.parametrize("scripts", [True, False])
CARD, MOMO = "Thẻ Visa, Mastercard, JCB", "Ví MoMo"


@pytest.fixture
def stripe(market, settings, monkeypatch):
    """A Stripe that tells this market over the network, and a wallet beside it."""
    monkeypatch.setattr(HTTPClient, "INITIAL_DELAY", 0)
    url = market + reverse("provider_event", args=["stripe"])
    endpoints = [Endpoint(url, WEBHOOK_SECRET), Endpoint(url, CONNECT_SECRET, connect=True)]
    with FakeStripe(endpoints=endpoints, telling=True) as server, FakeMoMo() as momo:
        settings.PAYMENT_PROVIDERS = {"stripe": config_for(server), "momo": momo.config}
        yield server


def order_by_card(page: Page, shot=None) -> Purchase:
    """A thing from each of two farms, ordered to be paid by card."""
    for price in (120_000, 80_000):
        page.goto(ProductFactory(ShopFactory(account=False), price=price).get_absolute_url())
        page.get_by_role("button", name="Cho vào giỏ").click()
        expect(page).to_have_url(re.compile("/gio/$"))
    fill_checkout(page)
    expect(page.get_by_label(MOMO)).to_be_visible()
    page.get_by_label(re.compile(CARD)).check()
    if shot:
        shot(page, "card-1-checkout")
    page.get_by_role("button", name="Đặt mua").click()
    expect(page.get_by_role("heading", name="Đã đặt hàng")).to_be_visible()
    return Purchase.objects.latest("pk")


def go_to_stripe(page: Page) -> None:
    page.get_by_role("button", name=re.compile(f"Trả bằng {CARD}")).click()
    expect(page.get_by_role("heading", name="Trả bằng thẻ")).to_be_visible()


def pay(page: Page, number: str) -> None:
    page.get_by_label("Số thẻ").fill(number)
    page.get_by_role("button", name="Trả tiền").click()


@both
def test_one_card_pays_two_farms(phone_of, stripe, shot, scripts):
    page = phone_of(java_script_enabled=scripts)
    purchase = order_by_card(page, shot if scripts else None)
    if scripts:
        shot(page, "card-2-ask")
    go_to_stripe(page)
    expect(page.get_by_text("200.000 ₫")).to_be_visible()
    if scripts:
        shot(page, "card-3-stripe")
    pay(page, GOOD_CARD)
    expect(page.get_by_text("Đã nhận được tiền").first).to_be_visible()
    if scripts:
        shot(page, "card-4-paid")
    assert sorted(purchase.orders.values_list("paid", flat=True)) == [80_000, 120_000]


@both
def test_a_declined_card_and_then_the_wallet(phone_of, stripe, shot, scripts):
    page = phone_of(java_script_enabled=scripts)
    purchase = order_by_card(page)
    go_to_stripe(page)
    pay(page, DECLINED_CARD)
    expect(page.get_by_role("alert")).to_contain_text("Ngân hàng từ chối thẻ này")
    if scripts:
        shot(page, "card-5-declined")
    page.get_by_role("link", name="Quay lại, không trả").click()
    expect(page.get_by_role("heading", name="Đã đặt hàng")).to_be_visible()
    if scripts:
        shot(page, "card-6-back")
    page.get_by_text("Trả bằng cách khác").click()
    page.get_by_role("button", name=MOMO).click()
    expect(page.get_by_role("button", name=f"Trả bằng {MOMO}")).to_be_visible()
    payments = Payment.objects.filter(purchase=purchase, shared=None, code__isnull=False).order_by("pk")
    assert list(payments.values_list("method", "state")) == [("card", "cancelled"), ("momo", "created")]
    assert set(purchase.orders.values_list("paid", flat=True)) == {0}
    if scripts:
        shot(page, "card-7-wallet")
