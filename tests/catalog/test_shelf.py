"""Small changes on the farmer's shelf: price, stock, copies, taking away, and the way back from each."""

from decimal import Decimal

import pytest
from django.urls import reverse

from catalog.models import Product
from catalog.services import take_stock
from common.days import local_day
from common.models import AuditEvent
from tests.factories import ProductFactory, ShopFactory

pytestmark = pytest.mark.django_db
LIST = "/ban-hang/hang/"


@pytest.fixture
def shop():
    return ShopFactory()


@pytest.fixture
def farmer(client, shop):
    client.force_login(shop.owner)
    return client


@pytest.fixture
def product(shop):
    return ProductFactory(shop, title="Na dai", price=35_000, stock=Decimal(20))


def url(name, product):
    return reverse(f"goods:{name}", args=[product.public_code])


def now(product):
    product.refresh_from_db()
    return product


def verbs(product):
    return list(AuditEvent.objects.filter(object_id=product.pk).order_by("pk").values_list("verb", flat=True))


# --- price ----------------------------------------------------------------------------------------------------------
def test_a_price_is_changed_on_the_shelf_and_read_back(farmer, product):
    page = farmer.post(url("price", product), {"price": "40k"}, follow=True).content.decode()
    assert now(product).price == 40_000
    assert "40.000\u00a0₫ một kg" in page
    assert "undo-long" in page
    event = AuditEvent.objects.get(verb="product.repriced")
    assert event.details == {"before": 35_000, "after": 40_000}


def test_the_old_price_comes_back_within_a_minute(farmer, product, time_machine):
    time_machine.move_to("2026-11-23T05:00:00Z", tick=False)
    farmer.post(url("price", product), {"price": "40k"})
    time_machine.shift(59)
    assert reverse("goods:undo") in farmer.get(LIST).content.decode()
    farmer.post(reverse("goods:undo"))
    assert now(product).price == 35_000


def test_after_a_minute_the_new_price_stays(farmer, product, time_machine):
    time_machine.move_to("2026-11-23T05:00:00Z", tick=False)
    farmer.post(url("price", product), {"price": "40k"})
    time_machine.shift(61)
    farmer.post(reverse("goods:undo"))
    assert now(product).price == 40_000


def test_pressing_twice_still_leads_back_to_the_first_price(farmer, product):
    for _ in range(2):
        farmer.post(url("price", product), {"price": "40k"})
    assert verbs(product).count("product.repriced") == 1
    farmer.post(reverse("goods:undo"))
    assert now(product).price == 35_000


def test_going_back_does_not_undo_what_somebody_else_asked_since(farmer, product):
    farmer.post(url("price", product), {"price": "40k"})
    Product.objects.filter(pk=product.pk).update(price=45_000)
    farmer.post(reverse("goods:undo"))
    assert now(product).price == 45_000


@pytest.mark.parametrize("typed", ["", "0", "mười", "12,5.00"])
def test_a_price_that_cannot_be_is_refused_at_its_product(farmer, product, typed):
    ProductFactory(product.shop)
    answer = farmer.post(url("price", product), {"price": typed})
    assert (answer.status_code, answer.context["trouble"].product_id) == (422, product.pk)
    assert answer.context["trouble"].why in answer.content.decode()
    assert now(product).price == 35_000


# --- stock ----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("posted", "left"),
    [
        ({"add": "10"}, "30"),
        ({"quantity": "2,5"}, "22.5"),
        ({"quantity": "2,5", "mode": "add"}, "22.5"),
        ({"quantity": "7", "mode": "set"}, "7"),
        ({"quantity": "0", "mode": "set"}, "0"),
    ],
)
def test_goods_are_added_or_counted_anew(farmer, product, posted, left):
    farmer.post(url("restock", product), {"seen": product.version, **posted})
    assert now(product).stock == Decimal(left)


def test_pressing_plus_ten_twice_adds_ten_once(farmer, product):
    for _ in range(2):
        answer = farmer.post(url("restock", product), {"seen": product.version, "add": "10"}, follow=True)
    assert now(product).stock == 30
    assert "Đã ghi rồi" in answer.content.decode()
    assert verbs(product) == ["product.restocked"]


def test_what_was_sold_meanwhile_stays_sold(farmer, product):
    take_stock(product.pk, Decimal(5))
    farmer.post(url("restock", product), {"seen": product.version, "add": "10"})
    assert now(product).stock == 25


@pytest.mark.parametrize(
    "posted", [{"quantity": "nhiều"}, {"quantity": ""}, {"quantity": "-3"}, {"add": "x"}]
)
def test_a_number_that_cannot_be_is_refused_at_its_product(farmer, product, posted):
    answer = farmer.post(url("restock", product), {"seen": product.version, **posted})
    assert (answer.status_code, answer.context["trouble"].field) == (422, "stock")
    assert now(product).stock == 20


def test_more_stock_than_anybody_has_is_refused(farmer, product):
    Product.objects.filter(pk=product.pk).update(stock=Decimal(10**8))
    farmer.post(url("restock", product), {"seen": product.version, "add": "10"})
    assert now(product).stock == 10**8


def test_goods_that_are_not_counted_are_not_restocked(farmer, product):
    Product.objects.filter(pk=product.pk).update(counted=False)
    assert farmer.post(url("restock", product), {"seen": product.version, "add": "10"}).status_code == 422


def test_more_of_a_preorder_raises_its_bound(farmer, shop):
    day = local_day().replace(year=local_day().year + 1, day=1)
    product = ProductFactory(shop, harvest_on=day, preorder_cap=Decimal(30), stock=Decimal(10))
    farmer.post(url("restock", product), {"seen": product.version, "add": "50"})
    assert (now(product).stock, product.preorder_cap) == (60, 80)
    farmer.post(url("restock", product), {"seen": product.version, "quantity": "0", "mode": "set"})
    assert (now(product).stock, product.preorder_cap) == (0, 80)


# --- copies ---------------------------------------------------------------------------------------------------------
def test_a_copy_is_hidden_until_it_is_shown(farmer, product):
    Product.objects.filter(pk=product.pk).update(
        gtin="04006381333931", description="Hái sáng", variety="Na dai"
    )
    answer = farmer.post(url("copy", product), {"key": "k"})
    copy = Product.objects.exclude(pk=product.pk).get()
    assert answer.url == url("edit", copy)
    assert (copy.title, copy.price, copy.stock, copy.picture, copy.variety, copy.description) == (
        "Na dai (bản sao)", 35_000, 20, product.picture, "Na dai", "Hái sáng",
    )  # fmt: skip
    assert (copy.hidden, copy.live, copy.gtin) == (True, False, "")


def test_pressing_twice_makes_one_copy_and_another_page_another(farmer, product):
    for key in ("k", "k", "l"):
        farmer.post(url("copy", product), {"key": key})
    assert Product.objects.count() == 3


def test_the_longest_name_can_be_copied(farmer, shop):
    product = ProductFactory(shop, title="N" * 80)
    farmer.post(url("copy", product), {"key": "k"})
    assert len(Product.objects.latest("pk").title) <= 80


# --- taking away ----------------------------------------------------------------------------------------------------
def test_what_is_taken_away_is_gone_and_comes_back_as_it_was(farmer, product):
    page = farmer.post(url("archive", product), follow=True).content.decode()
    assert (now(product).live, product.archived_at is None) == (False, False)
    assert reverse("goods:undo") in page
    assert farmer.get(url("edit", product)).status_code == 404
    farmer.post(reverse("goods:undo"))
    assert (now(product).live, product.archived_at) == (True, None)
    assert verbs(product) == ["product.archived", "product.brought_back"]


def test_hidden_goods_come_back_hidden(farmer, shop):
    product = ProductFactory(shop, hidden=True, live=False)
    farmer.post(url("archive", product))
    farmer.post(reverse("goods:undo"))
    assert (now(product).hidden, product.live, product.archived_at) == (True, False, None)


def test_taking_back_twice_is_harmless(farmer, product):
    farmer.post(url("archive", product))
    farmer.post(reverse("goods:undo"))
    answer = farmer.post(reverse("goods:undo"), follow=True)
    assert "Không còn gì để hoàn tác" in answer.content.decode()
    assert now(product).live


# --- whose goods ----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("name", ["price", "restock", "copy", "archive"])
def test_a_neighbours_product_does_not_exist_for_me(farmer, name):
    theirs = ProductFactory(price=35_000)
    posted = {"price": "1000", "seen": theirs.version, "add": "10", "key": "k"}
    assert farmer.post(url(name, theirs), posted).status_code == 404
    assert farmer.get(url(name, theirs)).status_code == 405
    assert (now(theirs).price, theirs.stock, theirs.archived_at) == (35_000, 100, None)
    assert Product.objects.count() == 1


# --- finding --------------------------------------------------------------------------------------------------------
def test_few_goods_need_no_search_many_do(farmer, shop, product):
    assert 'name="tim"' not in farmer.get(LIST).content.decode()
    for _ in range(24):
        ProductFactory(shop)
    assert 'name="tim"' in farmer.get(LIST).content.decode()


def test_goods_are_found_by_name_without_marks_and_not_by_the_shops_name(farmer, shop, product):
    ProductFactory(shop, title="Măng khô")
    shown = lambda words: [row.title for row in farmer.get(LIST, {"tim": words}).context["goods"]]  # noqa: E731
    assert shown("mang kho") == ["Măng khô"]
    assert shown("kho mang") == ["Măng khô"]
    assert shown(shop.name) == []
    assert len(shown(" ")) == 2


def test_goods_are_filtered_by_state(farmer, shop, product):
    hidden = ProductFactory(shop, hidden=True, live=False)
    gone = ProductFactory(shop, stock=Decimal(0))
    shown = lambda state: {row.pk for row in farmer.get(LIST, {"loc": state}).context["goods"]}  # noqa: E731
    assert shown("cat") == {hidden.pk}
    assert shown("het") == {gone.pk}
    assert shown("bay") == {product.pk, gone.pk}
    assert shown("???") == {product.pk, hidden.pk, gone.pk}


def test_after_a_change_the_same_words_are_looked_at(farmer, product):
    answer = farmer.post(url("price", product) + "?tim=na&loc=bay", {"price": "40k"})
    assert answer.url == f"{LIST}?tim=na&loc=bay"
