"""Phones read the codes that pages show: from the screen at 360 px, light and dark, and from the picture a buyer saves."""

from io import BytesIO

import pytest
import zxingcpp
from PIL import Image

from payments.asking import asked_for
from tests.factories import OrderFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def codes_in(png: bytes) -> list[str]:
    return [found.text for found in zxingcpp.read_barcodes(Image.open(BytesIO(png)).convert("RGB"))]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_pay_pages_code_is_read_from_the_screen_of_a_phone(phone_of, market, theme):
    order = OrderFactory(price=75_000, quantity=2)
    payload = asked_for([order])[order.pk].payload
    page = phone_of(color_scheme=theme)
    page.goto(order.purchase.get_absolute_url())
    page.locator(".qr-box").scroll_into_view_if_needed()
    assert payload in codes_in(page.screenshot())
    saved = page.request.get(market + f"/ma-qr/{order.payments.get().key}.png")
    assert codes_in(saved.body()) == [payload]
