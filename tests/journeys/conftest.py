"""What journeys share: people who sign in by the code on their phone, a bank that sends notices, screenshots."""

import json
import os
import re
import urllib.request
from collections.abc import Callable, Generator
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from PIL import Image
from PIL.ExifTags import GPS, Base
from playwright.sync_api import Browser, Page, expect

from common.messaging import MemoryBackend
from orders.carriers.fake_server import FakeCarrier
from payments.models import Payment
from payments.providers.sepay import signed_headers
from places.services import load_places
from storefront.demo import art
from storefront.services import ensure_site
from tests.orders.carriers import settings_of
from tests.rows import once

expect.set_options(timeout=10_000)
SHOTS = os.environ.get("SHOTS")  # a folder to keep screenshots in, for looking at them


@pytest.fixture
def market(transactional_db: None, live_server: Any) -> str:
    """The market's address, with places and front page, before anybody sells."""
    MemoryBackend.sent.clear()
    once("market", _open_market)
    return live_server.url


def _open_market() -> None:
    load_places()
    ensure_site()


@pytest.fixture
def xe_ban(market: str, settings: Any) -> Generator[FakeCarrier, None, None]:
    """A carrier that takes parcels and tells this market of them, over HTTP."""
    server = FakeCarrier(webhook=f"{market}{reverse('carrier_update', args=['xe-ban', 'xe-ban'])}").start()
    settings.CARRIERS = settings_of(server)
    yield server
    server.stop()


@pytest.fixture
def phone_of(browser: Browser, browser_context_args: dict[str, Any], market: str) -> Callable[..., Page]:
    """`phone_of()` is a new person's phone: a page of its own with cookies of its own."""
    pages: list[Page] = []

    def open_phone(**options: Any) -> Page:
        context = browser.new_context(**(browser_context_args | {"base_url": market} | options))
        page = context.new_page()
        page.on("pageerror", lambda error: pytest.fail(f"script error: {error}"))
        pages.append(page)
        return page

    yield open_phone
    for page in pages:
        page.context.close()


def last_code(phone: str) -> str:
    """The six digits in the latest text to a phone."""
    texts = [text.body for text in MemoryBackend.sent if text.phone == phone]
    found = re.search(r"\b(\d{6})\b", texts[-1])
    assert found, texts
    return found[1]


def sign_in(page: Page, phone: str) -> None:
    """Sign in as people do: type the phone, read the code, type it."""
    page.goto("/tai-khoan/login/code/")
    page.get_by_label("Số điện thoại").fill(phone.replace("+84", "0"))
    page.get_by_role("button", name="Gửi mã cho tôi").click()
    page.get_by_label("Mã").fill(last_code(phone))
    page.get_by_role("button", name="Vào", exact=True).click()
    expect(page.get_by_role("button", name="Thoát")).to_be_visible()


def phone_photo(recipe: str, path: Path) -> Path:
    """A photo as a phone takes it: on its side, with the place it was taken in its metadata."""
    exif = Image.Exif()
    exif[Base.Orientation] = 6
    exif[Base.Model] = "SM-A057F"
    exif.get_ifd(Base.GPSInfo)[GPS.GPSLatitude] = (21.0, 51.0, 0.0)
    art.draw_produce(recipe, 1).rotate(90).save(path, "JPEG", exif=exif, quality=92)
    return path


def bank_sends_notice(market: str, payment: Payment) -> int:
    """What the seller's bank says over the network when a transfer came. Returns the HTTP status."""
    assert payment.account is not None
    feed = payment.account.feeds.get()
    now = timezone.now()
    body = json.dumps(
        {
            "id": payment.pk, "gateway": "Agribank", "transactionDate": f"{timezone.localtime(now):%Y-%m-%d %H:%M:%S}",
            "accountNumber": payment.account.number, "subAccount": None, "code": None,
            "content": f"MBVCB.3278907687.{payment.code}.CT tu 0011001234567", "transferType": "in",
            "transferAmount": payment.amount, "accumulated": payment.amount, "referenceCode": f"FT{payment.pk}",
        }
    ).encode()  # fmt: skip
    headers = signed_headers(feed.secret, now, body) | {"Content-Type": "application/json"}
    request = urllib.request.Request(f"{market}/thanh-toan/bao/sepay/{feed.token}/", body, headers)
    with urllib.request.urlopen(request) as answer:
        return answer.status


@pytest.fixture
def shot() -> Callable[[Page, str], None]:
    """Keep a screenshot if SHOTS names a folder."""

    def keep(page: Page, name: str) -> None:
        if SHOTS:
            page.screenshot(path=f"{SHOTS}/{name}.png", full_page=True)

    return keep
