"""The farmer's pages of goods: listing in one plain form, changing, hiding with a way back."""

import re
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from catalog.models import Product
from catalog.views import goods
from sellers.models import Picture
from tests.factories import CategoryFactory, PictureFactory, ProductFactory, ShopFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def nothing_cached():
    cache.clear()


@pytest.fixture
def shop():
    return ShopFactory()


@pytest.fixture
def farmer(client, shop):
    client.force_login(shop.owner)
    return client


@pytest.fixture
def fruit():
    return CategoryFactory()


def photo(size: tuple[int, int] = (640, 480), name: str = "IMG_1.jpg") -> SimpleUploadedFile:
    """What a phone's camera sends."""
    file = BytesIO()
    Image.new("RGB", size, "orange").save(file, "JPEG")
    return SimpleUploadedFile(name, file.getvalue(), content_type="image/jpeg")


def facts(fruit: Any, **changes: Any) -> dict[str, Any]:
    """A farmer's answers on the form; `changes` are the ones a test is about."""
    said = {"title": "Hồng vành khuyên", "category": fruit.pk, "price": "35k", "unit": "kg", "stock": "20"}
    return {key: value for key, value in (said | changes).items() if value is not None}


def sent(farmer, fruit, **changes):
    return farmer.post(reverse("goods:new"), facts(fruit, **changes))


# --- listing --------------------------------------------------------------------------------------------------------
def test_one_plain_form_with_a_photo_lists_a_product(farmer, shop, fruit):
    answer = sent(farmer, fruit, photo=photo())
    product = Product.objects.get()
    assert answer.status_code == 302
    assert (product.shop, product.title, product.price, product.stock) == (
        shop,
        "Hồng vành khuyên",
        35_000,
        20,
    )
    assert product.picture.shop == shop
    assert product.live


@pytest.mark.parametrize(
    ("typed", "price"), [("125k", 125_000), ("125.000", 125_000), ("125000", 125_000), ("1tr2", 1_200_000)]
)
def test_prices_are_understood_as_people_say_them_and_read_back(farmer, fruit, typed, price):
    answer = farmer.post(reverse("goods:new"), facts(fruit, price=typed), follow=True)
    assert Product.objects.get().price == price
    assert f"{price:,}".replace(",", ".") in answer.content.decode()


@pytest.mark.parametrize("typed", ["0", "12,5.00", "hai chục", "-5000", "9" * 20, ""])
def test_a_price_that_cannot_be_is_refused_at_its_field_and_what_was_typed_stays(farmer, fruit, typed):
    answer = sent(farmer, fruit, price=typed, title="Na dai")
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == ["price"]
    assert 'value="Na dai"' in answer.content.decode()
    assert not Product.objects.exists()


@pytest.mark.parametrize("typed", ["-1", "nhiều", "1,2345", "", "1e3"])
def test_a_stock_that_cannot_be_is_refused_at_its_field(farmer, fruit, typed):
    answer = sent(farmer, fruit, stock=typed)
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["stock"])
    assert not Product.objects.exists()


def test_a_kind_below_another_can_be_chosen_and_kept(farmer, fruit):
    below = CategoryFactory(parent=fruit, path=f"{fruit.path}001/", name="Na")
    sent(farmer, fruit, category=below.pk)
    product = Product.objects.get()
    assert product.category == below
    page = farmer.get(reverse("goods:edit", args=[product.public_code])).content.decode()
    assert re.search(rf'value="{below.pk}"[^>]*checked', page)


def test_half_kilos_can_be_typed_with_a_comma(farmer, fruit):
    sent(farmer, fruit, stock="12,5")
    assert Product.objects.get().stock == Decimal("12.5")


def test_goods_that_are_always_there_need_no_figure(farmer, fruit):
    sent(farmer, fruit, stock="", uncounted="on")
    assert not Product.objects.get().counted


def test_without_a_name_or_a_kind_the_form_says_so_at_each(farmer, fruit):
    answer = sent(farmer, fruit, title="", category=None)
    assert (answer.status_code, set(answer.context["form"].errors)) == (422, {"title", "category"})


def test_pointing_at_what_neighbours_sell_gives_name_and_kind(farmer, shop, fruit):
    known = ProductFactory(title="Quýt vàng", category=fruit, shop=ShopFactory(shop.village))
    page = farmer.get(reverse("goods:new"))
    assert [row.pk for row in page.context["form"].common_goods] == [known.pk]
    sent(farmer, fruit, title="", category=None, common=known.pk)
    listed = Product.objects.latest("pk")
    assert (listed.title, listed.category) == ("Quýt vàng", fruit)


def test_chosen_months_are_kept_and_none_means_all_year(farmer, fruit):
    sent(farmer, fruit, months=["9", "10"])
    sent(farmer, fruit, title="Măng khô")
    assert [row.season_months for row in Product.objects.order_by("pk")] == [[9, 10], list(range(1, 13))]


def test_a_month_that_does_not_exist_is_refused(farmer, fruit):
    assert sent(farmer, fruit, months=["13"]).status_code == 422


# --- photos ---------------------------------------------------------------------------------------------------------
def test_a_slip_in_the_price_does_not_cost_the_photo(farmer, shop, fruit):
    answer = sent(farmer, fruit, photo=photo(), price="mười")
    kept = Picture.objects.get(shop=shop)
    assert answer.status_code == 422
    assert f'name="picture" value="{kept.pk}"' in answer.content.decode()
    sent(farmer, fruit, picture=kept.pk)
    assert Product.objects.get().picture == kept


def test_another_shops_photo_is_not_taken(farmer, fruit):
    theirs = PictureFactory(ShopFactory())
    answer = sent(farmer, fruit, picture=theirs.pk)
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["picture"])
    assert theirs.file.url not in answer.content.decode()
    assert not Product.objects.exists()


def test_the_signed_paper_of_a_consent_is_no_product_photo(farmer, shop, fruit):
    paper = PictureFactory(shop=shop, purpose=Picture.Purpose.EVIDENCE)
    assert sent(farmer, fruit, picture=paper.pk).status_code == 422


@pytest.mark.parametrize(
    "file",
    [
        SimpleUploadedFile("a.jpg", b"\xff\xd8\xff\xe0 cut short", content_type="image/jpeg"),
        SimpleUploadedFile("a.jpg", b"%PDF-1.4 no picture", content_type="image/jpeg"),
        SimpleUploadedFile(
            "a.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>", content_type="image/svg+xml"
        ),
        SimpleUploadedFile("a.jpg", b"", content_type="image/jpeg"),
    ],
    ids=["broken", "not a picture", "svg", "empty"],
)
def test_a_file_that_is_no_photo_is_refused_at_its_field(farmer, fruit, file):
    file.seek(0)
    answer = sent(farmer, fruit, photo=file)
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["photo"])
    assert not Product.objects.exists()


def test_a_photo_of_too_many_dots_is_refused_in_words(farmer, fruit):
    file = BytesIO()
    Image.new("1", (9000, 6000)).save(file, "PNG")
    answer = sent(
        farmer, fruit, photo=SimpleUploadedFile("big.png", file.getvalue(), content_type="image/png")
    )
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["photo"])


def test_a_photo_that_weighs_too_much_is_refused_in_words(farmer, fruit):
    heavy = SimpleUploadedFile(
        "heavy.jpg", b"\xff\xd8\xff" + bytes(13 * 1024 * 1024), content_type="image/jpeg"
    )
    answer = sent(farmer, fruit, photo=heavy)
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["photo"])
    assert "12 MB" in answer.content.decode()


# --- changing -------------------------------------------------------------------------------------------------------
def test_the_form_of_a_product_shows_it_and_changes_it(farmer, shop, fruit):
    product = ProductFactory(shop=shop, title="Na", category=fruit, price=40_000, stock=5)
    page = farmer.get(reverse("goods:edit", args=[product.public_code])).content.decode()
    assert 'value="Na"' in page
    assert 'value="40.000"' in page
    farmer.post(
        reverse("goods:edit", args=[product.public_code]),
        facts(fruit, title="Na dai", price="45k", stock="7"),
    )
    product.refresh_from_db()
    assert (product.title, product.price, product.stock) == ("Na dai", 45_000, 7)


def test_a_page_opened_before_a_sale_does_not_put_the_sold_goods_back(farmer, shop, fruit):
    product = ProductFactory(shop=shop, category=fruit, stock=20)
    Product.objects.filter(pk=product.pk).update(stock=15)  # five were sold meanwhile
    url = reverse("goods:edit", args=[product.public_code])
    farmer.post(url, facts(fruit, price="50k", stock="20", stock_seen="20"))
    product.refresh_from_db()
    assert (product.price, product.stock) == (50_000, 15)


def test_changing_words_keeps_the_photo_and_the_hiding(farmer, shop, fruit):
    kept = PictureFactory(shop)
    product = ProductFactory(shop=shop, category=fruit, picture=kept, hidden=True, live=False)
    farmer.post(reverse("goods:edit", args=[product.public_code]), facts(fruit, title="Na bở"))
    product.refresh_from_db()
    assert (product.title, product.picture, product.hidden) == ("Na bở", kept, True)


# --- hiding ---------------------------------------------------------------------------------------------------------
def test_hiding_can_be_taken_back_without_being_asked_before(farmer, shop):
    product = ProductFactory(shop=shop)
    page = farmer.post(reverse("goods:hide", args=[product.public_code]), {"hidden": "1"}, follow=True)
    product.refresh_from_db()
    assert (product.hidden, product.live) == (True, False)
    assert reverse("goods:undo") in page.content.decode()
    farmer.post(reverse("goods:undo"))
    product.refresh_from_db()
    assert (product.hidden, product.live) == (False, True)


def test_the_way_back_stands_for_ten_seconds(farmer, shop, time_machine):
    time_machine.move_to("2026-11-23T05:00:00Z", tick=False)
    product = ProductFactory(shop=shop)
    farmer.post(reverse("goods:hide", args=[product.public_code]), {"hidden": "1"})
    time_machine.shift(goods.OFFERED_FOR + 1)
    assert reverse("goods:undo") not in farmer.get(reverse("goods:list")).content.decode()


def test_an_old_way_back_leads_nowhere(farmer, shop, time_machine):
    time_machine.move_to("2026-11-23T05:00:00Z", tick=False)
    product = ProductFactory(shop=shop)
    farmer.post(reverse("goods:hide", args=[product.public_code]), {"hidden": "1"})
    time_machine.shift(goods.TAKEN_FOR + 1)
    farmer.post(reverse("goods:undo"))
    product.refresh_from_db()
    assert product.hidden


def test_hiding_by_a_plain_link_does_nothing(farmer, shop):
    product = ProductFactory(shop=shop)
    assert farmer.get(reverse("goods:hide", args=[product.public_code])).status_code == 405


# --- whose goods ----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(("name", "method"), [("edit", "get"), ("edit", "post"), ("hide", "post")])
def test_a_neighbours_product_does_not_exist_for_me(farmer, shop, fruit, name, method):
    theirs = ProductFactory(category=fruit)
    url = reverse(f"goods:{name}", args=[theirs.public_code])
    assert getattr(farmer, method)(url, facts(fruit, hidden="1")).status_code == 404
    theirs.refresh_from_db()
    assert not theirs.hidden


def test_the_shelf_shows_my_goods_only_hidden_ones_too(farmer, shop):
    mine = [ProductFactory(shop=shop), ProductFactory(shop=shop, hidden=True, live=False)]
    ProductFactory()
    assert {row.pk for row in farmer.get(reverse("goods:list")).context["goods"]} == {row.pk for row in mine}


def test_the_second_page_begins_where_the_first_ended(farmer, shop):
    for _ in range(30):
        ProductFactory(shop)
    first = farmer.get(reverse("goods:list")).context["goods"]
    second = farmer.get(reverse("goods:list"), {"sau": first.next}).context["goods"]
    assert len({row.pk for row in [*first, *second]}) == 30


# --- cost -----------------------------------------------------------------------------------------------------------
def test_the_shelf_costs_the_same_for_3_and_24_goods(farmer, shop, queries_of):
    farmer.get(reverse("goods:list"))
    for _ in range(3):
        ProductFactory(shop)
    few = queries_of(farmer.get, reverse("goods:list"))
    for _ in range(21):
        ProductFactory(shop)
    assert queries_of(farmer.get, reverse("goods:list")) == few <= 12


def test_the_form_costs_at_most_12_queries(farmer, shop, queries_of):
    product = ProductFactory(shop)
    assert queries_of(farmer.get, reverse("goods:new")) <= 12
    assert queries_of(farmer.get, reverse("goods:edit", args=[product.public_code])) <= 12
