"""Reviews: only of goods received, one each, with stars that always are those of the reviews shown."""

from datetime import timedelta
from io import BytesIO

import pytest
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from PIL import Image
from PIL.ExifTags import GPS, Base

from catalog.models import Product
from common import self_check
from common.actors import Actor
from common.messaging import MemoryBackend
from common.models import AuditEvent
from orders import review_queries
from orders.errors import NotDelivered, ReviewClosed, ReviewHidden, ReviewNotYours
from orders.models import Order, OrderLine, Review
from orders.review_queries import hidden, judged_by, reported, waiting
from orders.reviews import (
    Said,
    answer_review,
    hide_review,
    keep_review,
    name_shown,
    report_review,
    write_review,
)
from orders.self_checks import stars as stars_check
from orders.services import farmer_step
from orders.states import STEPS, State
from places.models import Role
from sellers.access import Do, actor_in, can
from sellers.errors import PictureRefused
from sellers.models import Picture, PictureRendition, Scope
from tests.factories import (
    CommuneFactory,
    ConsentFactory,
    DeliveredOrderFactory,
    OrderFactory,
    ProductFactory,
    ReviewFactory,
    RoleFactory,
    ShopFactory,
    UserFactory,
    photo,
)

pytestmark = pytest.mark.django_db


def write(order, stars=5, text="Ngon", **said):
    return write_review(order, order.lines.get().product_id, Said(stars, text, **said))


def rating(product_id):
    return Product.objects.values_list("rating_sum", "rating_count").get(pk=product_id)


def verbs():
    return list(
        AuditEvent.objects.filter(verb__startswith="review.").order_by("pk").values_list("verb", flat=True)
    )


def officer_of(shop, role=Role.COMMUNE_OFFICER):
    commune = shop.village.parent
    return RoleFactory(role, commune if role == Role.COMMUNE_OFFICER else commune.parent)


# --- writing --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("steps", range(len(STEPS) - 1))
def test_goods_are_reviewed_once_they_have_arrived(steps):
    order = OrderFactory(pay_on_delivery=True)
    for step in STEPS[1 : steps + 1]:
        order = farmer_step(order.pk, step, by=Actor())
    with pytest.raises(NotDelivered):
        write(order)
    assert not Review.objects.exists()
    assert rating(order.lines.get().product_id) == (0, 0)


def test_goods_that_came_back_unseen_are_not_reviewed():
    order = OrderFactory(pay_on_delivery=True)
    for step in (*STEPS[1:4], State.RETURNED):
        order = farmer_step(order.pk, step, by=Actor())
    with pytest.raises(NotDelivered):
        write(order)


def test_a_review_is_kept_with_its_stars_and_the_shop_is_told_once(django_capture_on_commit_callbacks):
    order = DeliveredOrderFactory(name="Nguyễn Thị Hoa")
    MemoryBackend.sent.clear()
    with django_capture_on_commit_callbacks(execute=True):
        review = write(order, 4, "  Chín đều,\r\nthơm  ")
        write(order, 3)
    assert (review.author, review.text, review.shop_id) == ("Hoa N.", "Chín đều,\nthơm", order.shop_id)
    assert rating(review.product_id) == (3, 1)
    [text] = MemoryBackend.sent
    assert text.phone == order.shop.owner.phone
    assert "Hoa N." in text.body
    assert "4 sao" in text.body


def test_a_second_sending_changes_the_first_and_a_double_click_changes_nothing():
    order = DeliveredOrderFactory()
    for stars in (5, 5, 2, 2):
        write(order, stars)
    assert Review.objects.get().stars == 2
    assert rating(order.lines.get().product_id) == (2, 1)
    assert verbs() == ["review.written", "review.changed"]


@pytest.mark.parametrize(("days", "open_"), [(29, True), (31, False)])
def test_a_review_can_be_changed_for_thirty_days(days, open_):
    order = DeliveredOrderFactory()
    ReviewFactory(order, stars=5, created_at=timezone.now() - timedelta(days=days))
    if open_:
        write(order, 1)
    else:
        with pytest.raises(ReviewClosed):
            write(order, 1)
    assert Review.objects.get().stars == (1 if open_ else 5)


def test_a_product_that_was_not_in_the_order_has_no_line_to_review():
    order = DeliveredOrderFactory()
    assert review_queries.line_of_product(order, ProductFactory(order.shop).public_code) is None


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Nguyễn Thị Hoa", "Hoa N."), ("  trần   minh ", "minh T."), ("Hoa", "Hoa"), ("0912345678", "Khách"),
        ("Hoa 0912345678", "Hoa"), ("Đặng Hồng Nhung", "Nhung Đ."), ("", "Khách"),
    ],
)  # fmt: skip
def test_the_author_is_a_given_name_and_one_letter(name, shown):
    assert name_shown(name) == shown


def with_place(size=(80, 60)):
    exif = Image.Exif()
    exif[Base.Model] = "SM-A057F"
    exif.get_ifd(Base.GPSInfo)[GPS.GPSLatitude] = (21.0, 51.0, 0.0)
    file = BytesIO()
    Image.new("RGB", size, "orange").save(file, "JPEG", exif=exif)
    file.seek(0)
    return file


def test_a_photo_loses_the_place_it_was_taken_in_and_the_old_one_goes(django_capture_on_commit_callbacks):
    order = DeliveredOrderFactory()
    review = write(order, photo=with_place())
    kept = review.picture
    assert (kept.purpose, kept.shop_id) == (Picture.Purpose.REVIEW, order.shop_id)
    assert not Image.open(kept.file).getexif()
    with django_capture_on_commit_callbacks(execute=True):
        review = write(order, photo=photo())
    assert not Picture.objects.filter(pk=kept.pk).exists()
    assert not kept.file.storage.exists(kept.file.name)
    assert PictureRendition.objects.filter(image=review.picture).exists()
    assert write(order).picture == review.picture  # without a new photo the one there stays
    assert write(order, no_photo=True).picture is None


def test_what_is_no_photo_is_refused_and_nothing_is_kept():
    order = DeliveredOrderFactory()
    with pytest.raises(PictureRefused):
        write(order, photo=BytesIO(b"<svg onload=alert(1)>"))
    assert not Review.objects.exists()


@pytest.mark.postgres
def test_two_sendings_at_once_make_one_review(run_at_once):
    order = DeliveredOrderFactory()
    product_id = order.lines.get().product_id
    assert set(run_at_once(8, write_review, order, product_id, Said(4, "Ngon"))) == {"ok"}
    assert Review.objects.filter(order=order).count() == 1
    assert rating(product_id) == (4, 1)


# --- stars ----------------------------------------------------------------------------------------------------------


class Stars(RuleBasedStateMachine):
    """Three buyers of two products write and change, an officer hides and shows, in any order."""

    orders: list[Order]
    officer = None

    def __init__(self):
        super().__init__()
        self.world = transaction.atomic()
        self.world.__enter__()

    def teardown(self):
        transaction.set_rollback(True)
        self.world.__exit__(None, None, None)

    who = st.integers(0, 2)

    @rule(who=who, stars=st.integers(1, 5), text=st.sampled_from(["", "Ngon"]))
    def write(self, who, stars, text):
        write(self.orders[who], stars, text)

    @rule(who=who)
    def hide(self, who):
        for review in Review.objects.filter(order=self.orders[who]):
            hide_review(review.pk, by=self.officer, reason="Quảng cáo")

    @rule(who=who)
    def show(self, who):
        for review in Review.objects.filter(order=self.orders[who]):
            keep_review(review.pk, by=self.officer)

    @rule(who=who)
    def report(self, who):
        for review in Review.objects.filter(order=self.orders[who]):
            report_review(review.pk, "Quảng cáo")

    @invariant()
    def stars_are_those_of_the_rows_shown(self):
        for product in Product.objects.all():
            rows = list(product.reviews.shown().values_list("stars", flat=True))
            assert (product.rating_sum, product.rating_count) == (sum(rows), len(rows))


def test_stars_are_exact_after_any_order_of_writing_changing_hiding_and_showing():
    shop = ShopFactory()
    product = ProductFactory(shop)
    Stars.orders = [
        DeliveredOrderFactory(product=product), DeliveredOrderFactory(product=product), DeliveredOrderFactory(shop),
    ]  # fmt: skip
    Stars.officer = officer_of(shop)
    run_state_machine_as_test(
        Stars,
        settings=settings(
            max_examples=25, stateful_step_count=12, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )


def test_the_deep_check_sees_stars_that_do_not_agree():
    review = ReviewFactory()
    assert list(stars_check()) == []
    assert "the stars of products are those of the reviews shown" in self_check.CHECKS
    Product.objects.filter(pk=review.product_id).update(rating_sum=4)
    [difference] = stars_check()
    assert review.product.public_code in difference


# --- answering and reporting ----------------------------------------------------------------------------------------


def test_the_shop_answers_once_and_may_change_or_take_back_its_words():
    review, farmer = ReviewFactory(), Actor()
    for text in ("Cảm ơn bạn", "Cảm ơn bạn", "Cảm ơn chị Hoa", ""):
        answered = answer_review(review.pk, text, by=farmer)
    assert (answered.answer, answered.answered_at) == ("", None)
    assert verbs()[1:] == ["review.answered", "review.answered", "review.answer_taken_back"]


def test_an_answer_under_consent_says_for_whom():
    review = ReviewFactory()
    agent = RoleFactory(Role.VOLUNTEER, review.shop.village)
    consent = ConsentFactory(review.shop, agent, scopes=[Scope.ORDERS.value])
    answer_review(review.pk, "Cảm ơn", by=actor_in(review.shop, agent))
    event = AuditEvent.objects.get(verb="review.answered")
    assert (event.actor_id, event.on_behalf_of, event.consent_id) == (
        agent.pk,
        review.shop.owner_id,
        consent.pk,
    )


def test_a_reported_review_stays_shown_and_is_reported_once():
    review = ReviewFactory(stars=2)
    report_review(review.pk, "Nói sai sự thật")
    report_review(review.pk, "Quảng cáo")
    review.refresh_from_db()
    assert review.report_reason == "Nói sai sự thật"
    assert review in Review.objects.shown()
    assert rating(review.product_id) == (2, 1)
    assert verbs() == ["review.written", "review.reported"]


# --- deciding -------------------------------------------------------------------------------------------------------


def test_a_hidden_review_is_gone_from_the_mean_and_can_come_back():
    review = ReviewFactory(stars=1)
    officer = officer_of(review.shop)
    report_review(review.pk, "Thô tục")
    for _ in range(2):
        hide_review(review.pk, by=officer, reason="Thô tục")
    assert rating(review.product_id) == (0, 0)
    assert review not in Review.objects.shown()
    assert (reported(officer), hidden(officer)) == ([], [review])
    with pytest.raises(ReviewHidden):
        answer_review(review.pk, "Cảm ơn", by=Actor())
    for _ in range(2):
        keep_review(review.pk, by=officer, reason="Xem lại thấy đúng")
    assert rating(review.product_id) == (1, 1)
    assert verbs() == ["review.written", "review.reported", "review.hidden", "review.shown"]
    event = AuditEvent.objects.get(verb="review.hidden")
    assert (event.actor_id, event.shop_id, event.details) == (
        officer.pk,
        review.shop_id,
        {"reason": "Thô tục"},
    )


def test_a_kept_review_waits_no_more():
    review = ReviewFactory()
    officer = officer_of(review.shop)
    report_review(review.pk, "Nói sai sự thật")
    assert waiting(officer) == 1
    keep_review(review.pk, by=officer, reason="Khách chê đúng")
    assert waiting(officer) == 0
    assert verbs()[-1] == "review.kept"


def test_a_hidden_review_that_its_author_changed_is_looked_at_again_and_stays_hidden():
    review = ReviewFactory(stars=1, text="Đồ …")
    officer = officer_of(review.shop)
    hide_review(review.pk, by=officer, reason="Thô tục")
    write(review.order, 2, "Giao chậm hai ngày")
    assert (reported(officer), waiting(officer), hidden(officer)) == ([review], 1, [])
    assert rating(review.product_id) == (0, 0)
    keep_review(review.pk, by=officer)
    assert rating(review.product_id) == (2, 1)


JUDGES = {
    "commune officer": True, "province officer": True, "officer of the next commune": False, "village head": False,
    "volunteer": False, "owner": False, "owner who is an officer": False, "member who is an officer": False,
    "agent who is an officer": False, "nobody in particular": False,
}  # fmt: skip


@pytest.mark.parametrize("who", JUDGES)
def test_only_officers_of_the_place_decide_and_never_on_their_own_shop(who):
    review = ReviewFactory()
    shop, village = review.shop, review.shop.village
    commune = village.parent
    agent = RoleFactory(Role.VOLUNTEER, village)
    ConsentFactory(shop, agent)
    helper = UserFactory()
    shop.members.create(user=helper, role="helper")
    people = {
        "commune officer": lambda: RoleFactory(Role.COMMUNE_OFFICER, commune),
        "province officer": lambda: RoleFactory(Role.PROVINCE_OFFICER, commune.parent),
        "officer of the next commune": lambda: RoleFactory(
            Role.COMMUNE_OFFICER, CommuneFactory(commune.parent)
        ),
        "village head": lambda: RoleFactory(Role.HEAD, village),
        "volunteer": lambda: RoleFactory(Role.VOLUNTEER, village),
        "owner": lambda: shop.owner,
        "owner who is an officer": lambda: RoleFactory(Role.COMMUNE_OFFICER, commune, shop.owner),
        "member who is an officer": lambda: RoleFactory(Role.COMMUNE_OFFICER, commune, helper),
        "agent who is an officer": lambda: RoleFactory(Role.COMMUNE_OFFICER, commune, agent),
        "nobody in particular": UserFactory,
    }
    person = people[who]()
    assert can(person, Do.MODERATE, shop) is JUDGES[who]
    assert list(judged_by(person)) == ([review] if JUDGES[who] else [])  # the list and the rule agree
    if JUDGES[who]:
        hide_review(review.pk, by=person, reason="Quảng cáo")
    else:
        with pytest.raises(ReviewNotYours):
            hide_review(review.pk, by=person, reason="Quảng cáo")
        with pytest.raises(ReviewNotYours):
            keep_review(review.pk, by=person)
    assert Review.objects.shown().exists() is not JUDGES[who]


def test_only_what_was_in_the_parcel_is_reviewed_and_each_product_once(client):
    order = DeliveredOrderFactory()
    line = order.lines.get()
    facts = {
        "order": order,
        "shop_id": order.shop_id,
        "unit": "kg",
        "price": 1,
        "quantity": 1,
        "amount": 1,
        "given": 1,
    }
    OrderLine.objects.create(
        product=line.product, title=line.title, **facts
    )  # a substitute that was ordered as well
    gone = ProductFactory(order.shop, title="Không có trong gói")
    OrderLine.objects.create(
        product=gone, title=gone.title, **facts | {"given": 0, "amount": 0, "state": "dropped"}
    )
    assert [row.line for row in review_queries.reviews_by_line(order)] == [line]
    address = reverse("market:order_review", args=[order.key, gone.public_code])
    assert client.get(address).status_code == 404
    assert write_review(order, line.product_id, Said(5, "Ngon", photo=photo())).picture is not None
