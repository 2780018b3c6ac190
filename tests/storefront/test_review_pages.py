"""Pages of reviews: the buyer's, everybody's, the shop's, the officers'. Each shows its own and nobody else's."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from common.actors import Actor
from common.models import AuditEvent
from orders.models import Review
from orders.reviews import answer_review, hide_review, report_review
from orders.states import State
from places.models import Role
from sellers.models import Scope
from sellers.selling import ACTING
from tests.factories import (
    ConsentFactory,
    DeliveredOrderFactory,
    OrderFactory,
    PictureFactory,
    ProductFactory,
    ReviewFactory,
    RoleFactory,
    ShopFactory,
    UserFactory,
    photo,
)

pytestmark = pytest.mark.django_db
BOARD, QUEUE = "/ban-hang/nhan-xet/", "/xem-nhan-xet/"


def write_url(order, product=None):
    product = product or order.lines.get().product
    return reverse("market:order_review", args=[order.key, product.public_code])


def html(response):
    return response.content.decode()


def all_url(product):
    return reverse("market:reviews", args=[product.shop.slug, product.public_code])


def report_url(review):
    return reverse(
        "market:report_review", args=[review.shop.slug, review.product.public_code, review.public_code]
    )


def reviewed_product(count, **columns):
    """A product with reviews of that many buyers, each with a photo."""
    product = ProductFactory()
    for number in range(count):
        ReviewFactory(
            DeliveredOrderFactory(product=product), stars=1 + number % 5, text=f"Nhận xét số {number}.",
            picture=PictureFactory(product.shop), created_at=timezone.now() - timedelta(minutes=number), **columns,
        )  # fmt: skip
    product.refresh_from_db()
    return product


# --- the buyer ------------------------------------------------------------------------------------------------------


def test_the_order_asks_for_a_review_once_the_goods_have_arrived(client):
    waiting, arrived = OrderFactory(pay_on_delivery=True), DeliveredOrderFactory()
    assert "Viết nhận xét" not in html(client.get(waiting.get_absolute_url()))
    assert write_url(arrived) in html(client.get(arrived.get_absolute_url()))


def test_a_buyer_writes_sees_and_changes_a_review(client):
    order = DeliveredOrderFactory(name="Nguyễn Thị Hoa")
    assert "Hoa N." in html(client.get(write_url(order)))
    answer = client.post(write_url(order), {"stars": "4", "text": "Chín đều", "photo": photo()})
    assert (answer.status_code, answer["Location"]) == (302, f"{order.get_absolute_url()}#nhan-xet")
    page = html(client.get(order.get_absolute_url()))
    assert "Chín đều" in page
    assert "Sửa nhận xét" in page
    assert re.search(r'value="4"[^>]*checked', html(client.get(write_url(order))))
    client.post(write_url(order), {"stars": "2", "text": "Hơi dập", "no_photo": "on"})
    review = Review.objects.get()
    assert (review.stars, review.text, review.picture) == (2, "Hơi dập", None)


@pytest.mark.parametrize(
    "sent", [{}, {"stars": "0"}, {"stars": "6"}, {"stars": "x"}, {"stars": "5", "text": "a" * 1001}]
)
def test_what_cannot_be_is_asked_again_and_nothing_is_kept(client, sent):
    answer = client.post(write_url(DeliveredOrderFactory()), sent)
    assert answer.status_code == 422
    assert not Review.objects.exists()


def test_a_file_that_is_no_photo_is_refused_at_its_field(client):
    file = photo()
    file.write(b"<script>alert(1)</script>")
    file.seek(0)
    answer = client.post(write_url(DeliveredOrderFactory()), {"stars": "5", "photo": file})
    assert answer.status_code == 422
    assert "Tệp này không phải ảnh" in html(answer)
    assert not Review.objects.exists()


def test_only_who_holds_the_orders_address_writes_and_only_about_its_goods(client):
    order = DeliveredOrderFactory()
    other = ProductFactory(order.shop)
    assert client.post(write_url(order, other), {"stars": "1"}).status_code == 404
    made_up = reverse("market:order_review", args=["0" * 32, order.lines.get().product.public_code])
    assert client.post(made_up, {"stars": "1"}).status_code == 404
    by_code = reverse("market:order_review", args=[order.public_code, order.lines.get().product.public_code])
    assert client.post(by_code, {"stars": "1"}).status_code == 404
    assert not Review.objects.exists()


def test_too_early_and_too_late_are_said_plainly(client):
    early = client.post(write_url(OrderFactory(pay_on_delivery=True)), {"stars": "5"})
    assert (early.status_code, "Nhận được hàng rồi" in html(early)) == (409, True)
    review = ReviewFactory(created_at=timezone.now() - timedelta(days=31))
    late = client.post(write_url(review.order), {"stars": "1"})
    assert (late.status_code, "quá 30 ngày" in html(late)) == (409, True)
    assert write_url(review.order) not in html(client.get(review.order.get_absolute_url()))


def test_the_author_of_a_hidden_review_reads_why(client):
    review = ReviewFactory(text="Lời khó nghe")
    officer = RoleFactory(Role.COMMUNE_OFFICER, review.shop.village.parent)
    hide_review(review.pk, by=officer, reason="Lời lẽ thô tục")
    page = html(client.get(review.order.get_absolute_url()))
    assert "Nhận xét này đã bị ẩn" in page
    assert "Lời lẽ thô tục" in page


def test_an_orders_page_costs_the_same_with_and_without_photos_of_reviews(client, queries_of):
    review = ReviewFactory(picture=PictureFactory())
    assert queries_of(client.get, review.order.get_absolute_url()) <= 8
    assert queries_of(client.get, write_url(review.order)) <= 6


# --- everybody ------------------------------------------------------------------------------------------------------


def test_a_products_page_shows_the_mean_the_bars_and_the_newest_five(client):
    product = reviewed_product(7)
    answer_review(
        product.reviews.order_by("-created_at").first().pk,
        "Cảm ơn bạn đã mua",
        by=Actor.of(product.shop.owner),
    )
    response = client.get(product.get_absolute_url())
    page = html(response)
    assert [f"Nhận xét số {n}." in page for n in range(7)] == [True] * 5 + [False] * 2
    assert [(bar.stars, bar.count, bar.percent) for bar in response.context["reviews"].bars] == [
        (5, 1, 14), (4, 1, 14), (3, 1, 14), (2, 2, 29), (1, 2, 29),
    ]  # fmt: skip
    assert "2,6" in page  # 18 stars of 7
    assert "Cảm ơn bạn đã mua" in page
    assert all_url(product) in page


def test_nothing_is_shown_and_asked_of_a_product_without_reviews(client, queries_of):
    product = ProductFactory()
    client.get(product.get_absolute_url())  # which reads the menus
    before = queries_of(client.get, product.get_absolute_url())
    assert "Khách nhận xét" not in html(client.get(product.get_absolute_url()))
    ReviewFactory(DeliveredOrderFactory(product=product), picture=PictureFactory())
    assert queries_of(client.get, product.get_absolute_url()) == before + 2


def test_words_are_shown_as_words(client):
    review = ReviewFactory(text='<script>alert(1)</script><img src=x onerror="alert(2)">', answer="<b>to</b>")
    Review.objects.update(author="<i>Hoa</i>")
    for page in (
        client.get(review.product.get_absolute_url()), client.get(all_url(review.product)),
        client.get(review.order.get_absolute_url()), client.get(report_url(review)),
    ):  # fmt: skip
        assert "&lt;script&gt;alert(1)" in html(page)
        assert "<script>alert" not in html(page)
        assert "<img src=x" not in html(page)
        assert "<b>to" not in html(page)
        assert "<i>Hoa" not in html(page)


@pytest.mark.parametrize("address", [lambda product: product.get_absolute_url(), all_url])
def test_pages_of_reviews_are_the_same_for_everybody_and_cost_the_same_for_5_and_24(
    client, queries_of, address
):
    few, many = reviewed_product(5), reviewed_product(24)
    client.get(address(few))  # which reads the menus
    assert queries_of(client.get, address(few)) == queries_of(client.get, address(many)) <= 9
    response = client.get(address(few))
    assert "public" in response["Cache-Control"]
    assert not response.cookies
    assert "csrfmiddlewaretoken" not in html(response)


def test_all_reviews_go_on_by_key_and_show_each_once(client):
    product = reviewed_product(26)
    first = client.get(all_url(product))
    second = client.get(all_url(product), {"sau": first.context["page"].next})
    shown = [review.text for response in (first, second) for review in response.context["page"]]
    assert shown == [f"Nhận xét số {number}." for number in range(26)]
    assert second.context["page"].next == ""


def test_a_hidden_review_is_nowhere(client):
    review = ReviewFactory(text="Lời khó nghe")
    other = ReviewFactory(DeliveredOrderFactory(product=review.product), stars=3)
    hide_review(review.pk, by=RoleFactory(Role.COMMUNE_OFFICER, review.shop.village.parent), reason="Thô tục")
    for address in (
        review.product.get_absolute_url(),
        all_url(review.product),
        other.order.get_absolute_url(),
    ):
        assert "Lời khó nghe" not in html(client.get(address))
    assert "3,0" in html(client.get(review.product.get_absolute_url()))
    assert client.get(report_url(review)).status_code == 404


def test_a_card_shows_the_stars_in_words_too_and_asks_nothing_for_them(client, queries_of):
    product = ProductFactory()
    address = reverse("market:catalogue")
    client.get(address)  # kinds and places are kept from now on
    before = queries_of(client.get, address)
    for stars in (5, 4):
        ReviewFactory(DeliveredOrderFactory(product=product), stars=stars)
    assert "4,5 trên 5 sao, 2 nhận xét" in " ".join(html(client.get(address)).split())
    assert queries_of(client.get, address) == before


def test_anybody_reports_a_review_with_a_reason_and_it_stays(client):
    review = ReviewFactory()
    assert client.post(report_url(review), {"reason": "made up"}).status_code == 422
    answer = client.post(report_url(review), {"reason": "private"}, follow=True)
    assert "Cảm ơn bạn đã báo" in html(answer)
    review.refresh_from_db()
    assert review.report_reason == "Khách báo: Lộ số điện thoại, địa chỉ của người khác."
    assert "sẽ mua nữa" in html(client.get(review.product.get_absolute_url()))


def test_reports_are_few_from_one_address(client):
    review = ReviewFactory()
    codes = [client.post(report_url(review), {"reason": "rude"}).status_code for _ in range(11)]
    assert codes == [302] * 10 + [429]


# --- the shop -------------------------------------------------------------------------------------------------------


def test_the_shop_reads_answers_and_reports_its_reviews(client):
    review = ReviewFactory(stars=2, text="Giao chậm")
    client.force_login(review.shop.owner)
    assert BOARD in html(client.get("/ban-hang/"))
    page = html(client.get(BOARD))
    assert "Giao chậm" in page
    assert "1 nhận xét chưa trả lời" in page
    answer_url = reverse("reviews:answer", args=[review.public_code])
    client.post(answer_url, {"answer": "Xin lỗi bạn, hôm đó mưa to"})
    assert "hôm đó mưa to" in html(client.get(review.product.get_absolute_url()))
    assert client.post(answer_url, {"answer": "a" * 501}).status_code == 422
    client.post(
        reverse("reviews:report", args=[review.public_code]), {"reason": "untrue", "words": "Giao đúng hẹn"}
    )
    review.refresh_from_db()
    assert review.report_reason == "Người bán báo: Nói sai sự thật. Giao đúng hẹn"
    assert "Đang chờ cán bộ xem" in html(client.get(BOARD))


@pytest.mark.parametrize("name", ["reviews:answer", "reviews:report"])
def test_a_neighbours_review_does_not_exist_for_me(client, name):
    review = ReviewFactory()
    client.force_login(ShopFactory(review.shop.village).owner)
    url = reverse(name, args=[review.public_code])
    sent = {"answer": "Hàng xấu", "reason": "rude"}
    assert (client.get(url).status_code, client.post(url, sent).status_code) == (404, 404)
    assert list(client.get(BOARD).context["page"]) == []
    assert not Review.objects.exclude(answer="", reported_at=None).exists()


@pytest.mark.parametrize(("scope", "status"), [(Scope.ORDERS, 302), (Scope.PRODUCTS, 403)])
def test_an_agent_answers_for_the_farmer_if_the_leave_covers_orders(client, scope, status):
    review = ReviewFactory()
    agent = RoleFactory(Role.VOLUNTEER, review.shop.village)
    consent = ConsentFactory(review.shop, agent, scopes=[scope.value])
    client.force_login(agent)
    session = client.session
    session[ACTING] = consent.pk
    session.save()
    url = reverse("reviews:answer", args=[review.public_code])
    assert client.post(url, {"answer": "Cảm ơn bạn"}).status_code == status
    events = AuditEvent.objects.filter(verb="review.answered").values_list(
        "actor_id", "on_behalf_of", "consent_id"
    )
    assert list(events) == ([(agent.pk, review.shop.owner_id, consent.pk)] if status == 302 else [])


def test_the_shops_list_costs_the_same_for_5_and_24_reviews(client, queries_of):
    product = reviewed_product(5)
    client.force_login(product.shop.owner)
    few = queries_of(client.get, BOARD)
    for _ in range(19):
        ReviewFactory(DeliveredOrderFactory(product=product), picture=PictureFactory())
    assert queries_of(client.get, BOARD) == few <= 10


# --- the officers ---------------------------------------------------------------------------------------------------


def test_an_officer_decides_on_what_was_reported(client):
    review = ReviewFactory(text="Gọi số 0912 345 678 mua rẻ hơn")
    report_review(review.pk, "Khách báo: Quảng cáo.")
    commune = review.shop.village.parent
    client.force_login(RoleFactory(Role.COMMUNE_OFFICER, commune))
    assert "Nhận xét bị báo (1)" in " ".join(html(client.get(f"/so-lieu/{commune.code}/")).split())
    page = html(client.get(QUEUE))
    assert "Khách báo: Quảng cáo." in page
    url = reverse("moderation:decide", args=[review.public_code])
    assert url in page
    assert client.get(url).status_code == 200
    assert client.post(url, {"decision": "hide"}).status_code == 422  # not without a reason
    assert client.post(url, {"decision": "hide", "reason": "other"}).status_code == 422
    assert Review.objects.shown().exists()
    assert (
        client.post(url, {"decision": "hide", "reason": "advert", "words": "Có số điện thoại"}).status_code
        == 302
    )
    review.refresh_from_db()
    assert review.hidden_reason == "Quảng cáo. Có số điện thoại"
    client.post(url, {"decision": "keep"})
    assert Review.objects.shown().exists()


def test_a_review_of_another_place_does_not_exist_for_an_officer(client):
    mine, theirs = ReviewFactory(), ReviewFactory()
    for review in (mine, theirs):
        report_review(review.pk, "Khách báo: Quảng cáo.")
    client.force_login(RoleFactory(Role.COMMUNE_OFFICER, mine.shop.village.parent))
    assert client.get(QUEUE).context["reported"] == [mine]
    url = reverse("moderation:decide", args=[theirs.public_code])
    sent = {"decision": "hide", "reason": "advert"}
    assert (client.get(url).status_code, client.post(url, sent).status_code) == (404, 404)
    assert Review.objects.shown().count() == 2


@pytest.mark.parametrize("role", [None, Role.HEAD, Role.VOLUNTEER])
def test_nobody_else_has_the_queue(client, role):
    review = ReviewFactory()
    client.force_login(RoleFactory(role, review.shop.village) if role else UserFactory())
    assert client.get(QUEUE).status_code == 404
    assert client.get(reverse("moderation:decide", args=[review.public_code])).status_code == 404
    client.logout()
    assert client.get(QUEUE).status_code == 302


def test_the_queue_costs_the_same_for_5_and_24_reviews(client, queries_of):
    now = timezone.now()
    product = reviewed_product(5, reported_at=now, report_reason="Quảng cáo")
    client.force_login(RoleFactory(Role.PROVINCE_OFFICER, product.shop.village.parent.parent))
    few = queries_of(client.get, QUEUE)
    for _ in range(19):
        ReviewFactory(DeliveredOrderFactory(product=product), picture=PictureFactory(), reported_at=now)
    assert queries_of(client.get, QUEUE) == few <= 9


def test_goods_given_back_keep_their_review_on_the_order(client):
    review = ReviewFactory(text="Hàng dập")
    type(review.order).objects.filter(pk=review.order_id).update(state=State.RETURNED)
    assert "Hàng dập" in html(client.get(review.order.get_absolute_url()))
