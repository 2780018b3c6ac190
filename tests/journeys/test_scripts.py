"""Scripts are a help and never in the way: taps are counted once, refusals are shown, nothing needs them."""

import base64
import json
import re

import pytest
from playwright.sync_api import Page, Route, expect

from accounts import push
from accounts.models import PushDevice
from orders.models import CartLine
from tests.factories import ProductFactory, ShopFactory
from tests.journeys.conftest import sign_in

ADD = "Cho vào giỏ"
ANSWER = '<p id="phan">Đã cho vào giỏ</p>'


@pytest.fixture
def product(market, transactional_db):
    return ProductFactory(title="Na dai Chi Lăng")


@pytest.fixture
def phone(phone_of) -> Page:
    return phone_of()


def swap_into(page: Page, selector: str) -> None:
    """Let the page's form be sent by fetch, its answer put into `selector`."""
    page.evaluate("where => { document.querySelector('main form').dataset.swap = where }", selector)


def test_a_second_tap_puts_nothing_more_into_the_cart(phone, product):
    phone.goto(product.get_absolute_url())
    phone.get_by_role("button", name=ADD).dblclick(no_wait_after=True)
    expect(phone).to_have_url(re.compile("/gio/$"))
    assert [line.quantity for line in CartLine.objects.all()] == [product.minimum]


def test_a_second_tap_is_not_sent_while_the_first_is_under_way(phone, product):
    phone.goto(product.get_absolute_url())
    sent = []

    def answer(route: Route) -> None:
        sent.append(route.request)
        phone.wait_for_timeout(200)
        route.fulfill(status=200, content_type="text/html", body=ANSWER)

    phone.route("**/gio/them/", answer)
    swap_into(phone, "main article")
    phone.get_by_role("button", name=ADD).dblclick(no_wait_after=True)
    expect(phone.get_by_text("Đã cho vào giỏ")).to_be_visible()
    assert len(sent) == 1


@pytest.mark.parametrize("trouble", ["no signal", "server error", "refused"])
def test_what_fetch_cannot_do_is_sent_the_plain_way_with_the_button_that_was_pressed(phone, product, trouble):
    phone.goto(product.get_absolute_url())
    bodies = []

    def answer(route: Route) -> None:
        bodies.append(route.request.post_data or "")
        if len(bodies) > 1:
            route.fulfill(status=200, content_type="text/html", body="<h1>plain</h1>")
        elif trouble == "no signal":
            route.abort()
        else:
            route.fulfill(
                status=500 if trouble == "server error" else 403, content_type="text/html", body="<h1>no</h1>"
            )

    phone.route("**/gio/them/", answer)
    swap_into(phone, "main article")
    phone.evaluate(
        "() => { const b = document.querySelector('main form [type=submit]'); b.name = 'way'; b.value = 'now' }"
    )
    phone.get_by_role("button", name=ADD).click()
    expect(phone.get_by_role("heading", name="plain")).to_be_visible()
    assert ["way" in body and "now" in body for body in bodies] == [True, True]


def test_what_is_wrong_is_shown_in_place(phone, product):
    phone.goto(product.get_absolute_url())
    phone.route(
        "**/gio/them/",
        lambda route: route.fulfill(
            status=422, content_type="text/html", body='<p data-focus tabindex="-1">Chỉ còn 2 kg</p>'
        ),
    )
    swap_into(phone, "main article")
    phone.get_by_role("button", name=ADD).click()
    expect(phone.get_by_text("Chỉ còn 2 kg")).to_be_focused()


def test_the_number_on_the_cart_travels_once_and_is_shown_wherever_it_stands(phone, product):
    phone.goto(product.get_absolute_url())
    phone.get_by_role("button", name=ADD).click()
    expect(phone).to_have_url(re.compile("/gio/$"))
    phone.wait_for_load_state("networkidle")  # this page asks too
    asked = []
    phone.on("request", lambda request: asked.append(request.url) if "/manh/" in request.url else None)
    phone.goto("/cho/")
    expect(phone.locator(".top .badge")).to_have_text(re.compile("^1"))
    expect(phone.locator(".tabs .badge")).to_have_text(re.compile("^1"))
    assert len(asked) == 1


def test_copying_says_so_and_the_button_gets_its_word_back(phone, product):
    phone.goto(product.get_absolute_url())
    share = phone.get_by_role("button", name="Gửi cho bạn bè")
    phone.evaluate(
        "() => { navigator.share = undefined; Object.defineProperty(navigator, 'clipboard', { value: undefined }) }"
    )
    share.click()
    done = phone.get_by_role("button", name="Đã chép")
    expect(done).to_be_visible()  # without https there is no clipboard; the old way still copies
    done.click()
    expect(share).to_be_visible()
    phone.wait_for_timeout(2100)
    expect(share).to_be_visible()


def test_the_choice_of_light_or_dark_stays(phone, product):
    phone.goto("/cho/")
    phone.get_by_role("button", name="Sáng / tối").click()
    assert phone.evaluate("document.documentElement.dataset.theme") == "dark"
    phone.goto(product.get_absolute_url())
    assert phone.evaluate("document.documentElement.dataset.theme") == "dark"


def test_a_phone_that_keeps_nothing_still_gets_its_scripts(phone, product):
    phone.add_init_script(
        "Object.defineProperty(window, 'localStorage', { get() { throw new DOMException('closed', 'SecurityError') } })"
    )
    phone.goto(product.get_absolute_url())
    phone.get_by_role("button", name="Thêm", exact=True).click()
    expect(phone.get_by_label("Số lượng")).not_to_have_value("1")
    phone.get_by_role("button", name="Sáng / tối").click()
    assert phone.evaluate("document.documentElement.dataset.theme") == "dark"


def test_a_notice_is_shown_by_the_phone_itself(phone_of, market):
    page = phone_of(permissions=["notifications"], service_workers="allow")
    page.goto("/")
    page.evaluate("() => navigator.serviceWorker.ready.then(() => true)")
    devtools = page.context.new_cdp_session(page)
    registered: list[str] = []
    devtools.on(
        "ServiceWorker.workerRegistrationUpdated",
        lambda told: registered.extend(row["registrationId"] for row in told["registrations"]),
    )
    devtools.send("ServiceWorker.enable")
    page.wait_for_timeout(300)
    said = {"body": "Chợ Bản: đơn mới", "url": f"{market}/don/", "tag": "order:1"}
    devtools.send(
        "ServiceWorker.deliverPushMessage",
        {"origin": market, "registrationId": registered[-1], "data": json.dumps(said)},
    )
    shown = page.evaluate(
        """async () => {
            const worker = await navigator.serviceWorker.ready;
            for (let wait = 0; wait < 50; wait++) {
                const notices = await worker.getNotifications();
                if (notices.length) return [notices[0].title, notices[0].body, notices[0].data.url];
                await new Promise((done) => setTimeout(done, 100));
            }
        }"""
    )
    assert shown == ["Chợ Bản", "Chợ Bản: đơn mới", f"{market}/don/"]


def test_who_agrees_to_notices_is_kept_and_who_refuses_is_told_so(phone_of, market, settings):
    settings.PUSH_PRIVATE_KEY = push.new_private_key()
    settings.MESSAGE_CHANNELS = {"push": "accounts.push.PushBackend"}
    user = ShopFactory().owner
    page = phone_of(service_workers="allow")
    sign_in(page, user.phone)
    page.goto("/tai-khoan/tin-nhan/")
    page.evaluate("() => { PushManager.prototype.subscribe = () => Promise.reject(new Error('denied')); }")
    page.get_by_role("button", name="Cho máy này báo tin").click()
    expect(page.get_by_text("Máy không cho phép báo")).to_be_visible()
    public = base64.urlsafe_b64encode(b"\x04" + b"k" * 64).decode().rstrip("=")
    auth = base64.urlsafe_b64encode(b"a" * 16).decode().rstrip("=")
    given = {"endpoint": "https://fcm.googleapis.com/fcm/send/x", "keys": {"p256dh": public, "auth": auth}}
    page.evaluate("given => { PushManager.prototype.subscribe = () => Promise.resolve(given); }", given)
    page.get_by_role("button", name="Cho máy này báo tin").click()
    expect(page.get_by_role("radio", name="Báo ngay trên máy")).to_be_checked()
    assert PushDevice.objects.get().user == user
