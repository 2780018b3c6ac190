"""An editor in the Wagtail admin: what is typed is seen at once, kept by itself, and compared with what was before."""

from collections.abc import Callable

import pytest
from django.conf import settings
from playwright.sync_api import Error, Page, expect

from sellers.models import ShopFront
from tests.factories import ProductFactory, ShopFactory, UserFactory


@pytest.fixture
def front() -> ShopFront:
    shop = ShopFactory(name="Vườn nhà Sen")
    ProductFactory(shop, title="Hồng vành khuyên")
    shop.front.tagline = "Hái sáng, gói trưa"
    shop.front.save_revision(log_action=True).publish()
    return shop.front


@pytest.fixture
def desk(phone_of, market: str, client) -> Page:
    """The admin on a wide screen, signed in."""
    client.force_login(UserFactory(is_superuser=True, is_staff=True, email="quantri@example.vn"))
    page = phone_of(viewport={"width": 1500, "height": 950}, is_mobile=False, has_touch=False)
    cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": market}])
    return page


def wait_until(desk: Page, true: Callable[[], bool], seconds: float = 20) -> None:
    """Look again until it is so: the preview and the keeping follow the typing by themselves."""
    for _ in range(int(seconds * 4)):
        if true():
            return
        desk.wait_for_timeout(250)
    pytest.fail("it did not come true")


def previewed(desk: Page) -> str:
    """What the preview shows now; nothing while it puts a new frame in the place of the old one."""
    try:
        return "".join(frame.content() for frame in desk.frames if "in_preview_panel" in frame.url)
    except Error:  # the old frame went while it was read: the caller looks again
        return ""


def kept(front: ShopFront) -> ShopFront:
    """The newest version of the page, published or not."""
    return ShopFront.objects.get(pk=front.pk).get_latest_revision_as_object()


def test_words_are_previewed_kept_and_compared(desk: Page, front: ShopFront):
    desk.goto(f"/quan-tri/snippets/sellers/shopfront/edit/{front.pk}/")
    desk.locator("[data-side-panel-toggle=preview]").click()
    wait_until(desk, lambda: "Hái sáng, gói trưa" in previewed(desk))
    desk.wait_for_timeout(2000)  # the admin's scripts note what the form held before they look for changes
    desk.fill("#id_tagline", "")
    desk.locator("#id_tagline").press_sequentially("Gửi đi trong ngày")
    wait_until(desk, lambda: "Gửi đi trong ngày" in previewed(desk))
    wait_until(desk, lambda: kept(front).tagline == "Gửi đi trong ngày")
    front.refresh_from_db()
    assert front.tagline == "Hái sáng, gói trưa"  # what buyers see changes when it is published
    desk.goto(f"/quan-tri/snippets/sellers/shopfront/history/{front.pk}/")
    desk.locator("tr", has_text="Edited").first.locator("[data-w-dropdown-target=toggle]").click()
    desk.locator("a[href*='/compare/']").first.click()
    expect(desk.get_by_text("Gửi đi trong ngày").first).to_be_visible()
