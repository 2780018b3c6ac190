"""What partners read: everything public, each row once, nothing private, and a sentence when something is wrong."""

import json
import re
from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.services import set_partner_active
from catalog.menus import kinds, provinces
from catalog.models import Category, Certificate, Product
from catalog.services import pause_shop, set_hidden
from common.actors import SYSTEM
from common.days import local_day
from common.paging import write_key
from common.ratelimits import limiter
from places.models import Place, Role
from sellers.models import Shop
from storefront.api import auth
from tests.factories import CategoryFactory, CommuneFactory, ProductFactory, RoleFactory, ShopFactory
from tests.storefront.api.conftest import ROOT, PartnerClient

pytestmark = pytest.mark.django_db
NOBODY = "7KQ2M9XWAB"


def codes(answer):
    return [row["code"] for row in answer["items"]]


def everything(product, lot):
    village = product.shop.village
    return {
        "shops": "shops", "shop": f"shops/{product.shop.public_code}", "products": "products",
        "product": f"products/{product.public_code}", "lot": f"lots/{lot.public_code}", "places": "places",
        "place": f"places/{village.code}", "categories": "categories",
    }  # fmt: skip


def assert_problem(answer, status):
    assert answer.status_code == status
    assert answer["Content-Type"] == "application/problem+json"
    assert answer["Cache-Control"] == "no-store"
    problem = answer.json()
    assert problem["status"] == status
    assert re.fullmatch(r"[A-Z].{10,}\.", problem["detail"]), problem
    return problem


# --- who may read ---------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "header", [None, "", "Bearer", "Bearer ", "Bearer cb_nothing", "Basic YTpi", "bearer  x", "Bearer é"]
)
def test_without_a_token_nothing_is_read(partner, product, lot, header):
    stranger = Client(headers={"Authorization": header} if header is not None else {})
    for path in everything(product, lot).values():
        answer = stranger.get(ROOT + path)
        assert_problem(answer, 401)
        assert answer["WWW-Authenticate"].startswith("Bearer")


def test_a_revoked_token_reads_nothing_from_that_moment_on(partner):
    assert partner.ask("products").status_code == 200
    set_partner_active(partner.partner, False, by=SYSTEM)
    assert_problem(partner.ask("products"), 401)


def test_the_day_of_the_last_visit_is_kept(partner):
    partner.read("categories")
    partner.partner.refresh_from_db()
    assert partner.partner.last_used_on == local_day()


def test_one_who_asks_too_often_is_told_when_to_come_back_and_others_are_not(partner):
    for _ in range(auth.RATE.amount):
        limiter().hit(auth.RATE, "api", str(partner.partner.pk))
    answer = partner.ask("products")
    assert_problem(answer, 429)
    assert 1 <= int(answer["Retry-After"]) <= 60
    assert PartnerClient("Sàn khác").ask("products").status_code == 200


# --- what is said ---------------------------------------------------------------------------------------------------
def test_a_product_says_all_that_its_page_says(partner, product):
    said = partner.read(f"products/{product.public_code}")
    shop = product.shop
    village = shop.village
    expected = {
        "code": product.public_code, "title": "Na dai Chi Lăng", "description": "Na trên núi đá.", "price": 50_000,
        "currency": "VND", "unit": "kg", "unit_name": "kg", "base_price": None, "minimum": "1", "step": "1",
        "availability": "in_stock", "stock": "100", "available_on": None, "season_months": list(range(1, 13)),
        "variety": "Na dai", "grade": "first", "making": "fresh", "gtin": "8934567890126",
        "rating": {"stars": 4.5, "count": 2}, "category": product.category.slug,
        "village": {"code": village.code, "name": village.full_name},
        "province": {"code": village.parent.parent.code, "name": village.parent.parent.full_name},
    }  # fmt: skip
    assert {name: said[name] for name in expected} == expected
    assert said["shop"]["code"] == shop.public_code
    assert [paper["kind"] for paper in said["certificates"]] == ["ocop_4"]
    assert partner.read("products")["items"] == [said]


@pytest.mark.parametrize(
    ("facts", "shop", "said"),
    [
        ({"stock": 0}, {}, ("out_of_stock", "0", None)),
        ({"counted": False}, {}, ("in_stock", None, None)),
        ({}, {"opening": Shop.Opening.PAUSED}, ("out_of_stock", "100", None)),
        ({"harvest_on": local_day() + timedelta(days=9), "preorder_cap": 500}, {}, ("preorder", "100", 9)),
    ],
)
def test_availability_is_that_of_this_moment(partner, facts, shop, said):
    ProductFactory(ShopFactory(**shop), **facts)
    (row,) = partner.read("products")["items"]
    day = str(local_day() + timedelta(days=said[2])) if said[2] else None
    assert (row["availability"], row["stock"], row["available_on"]) == (said[0], said[1], day)


def test_moments_are_utc(partner, product):
    said = partner.read(f"products/{product.public_code}")
    for name in ("created_at", "updated_at"):
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z", said[name])
    assert datetime.fromisoformat(said["created_at"]) - product.created_at < timedelta(seconds=1)


def test_papers_that_ran_out_or_were_not_looked_at_are_not_shown(partner, product):
    Certificate.objects.update(valid_until=local_day() - timedelta(days=1))
    Certificate.objects.create(
        shop=product.shop, product=product, kind="vietgap", number="1", issuer="x", valid_until=local_day()
    )
    assert partner.read(f"products/{product.public_code}")["certificates"] == []


def test_nobodys_phone_is_told(partner, product, lot):
    phone = product.shop.owner.phone
    for path in everything(product, lot).values():
        text = json.dumps(partner.read(path))
        assert phone[3:] not in text, path
        assert product.shop.owner.name not in text, path


def test_a_shop_says_where_it_is_and_whether_it_rests(partner):
    until = local_day() + timedelta(days=3)
    shop = ShopFactory(opening=Shop.Opening.HOLIDAY, away_from=local_day(), away_until=until)
    said = partner.read(f"shops/{shop.public_code}")
    assert (said["takes_orders"], said["away_until"]) == (False, str(until))
    assert said["commune"]["code"] == shop.village.parent.code
    assert said["tagline"] == "Nhà trồng, nhà hái"
    assert partner.read("shops")["items"] == [said]


def test_a_harvest_is_told_also_when_the_product_is_sold_out_for_good(partner, product, lot):
    said = partner.read(f"lots/{lot.public_code}")
    assert (said["title"], said["product"]) == ("Na dai Chi Lăng", product.public_code)
    assert (said["plot"], said["area_code"]) == ("Đồi sau nhà", "VN-LSO-001")
    set_hidden(product, True, by=SYSTEM)
    assert partner.read(f"lots/{lot.public_code}")["product"] is None


def test_kinds_come_as_a_tree(partner):
    fruit = CategoryFactory(name="Trái cây", name_en="Fruit")
    Category.objects.create(
        parent=fruit, slug="na", name="Na", name_en="Custard apple", folded="na", path=f"{fruit.path}2/"
    )
    assert partner.read("categories")["items"] == [
        {"slug": fruit.slug, "name": "Trái cây", "name_en": "Fruit", "parent": None},
        {"slug": "na", "name": "Na", "name_en": "Custard apple", "parent": fruit.slug},
    ]


def test_places_are_walked_from_the_country_down(partner, product):
    village = product.shop.village
    CommuneFactory()
    (commune,) = partner.read("places", level="commune", parent=village.parent.parent.code)["items"]
    assert (commune["code"], commune["name"]) == (village.parent.code, village.parent.full_name)
    assert codes(partner.read("places", parent=commune["code"])) == [village.code]
    assert partner.read(f"places/{village.code}")["parent"] == commune["code"]
    Place.objects.filter(pk=village.pk).update(active=False)
    assert partner.ask(f"places/{village.code}").status_code == 404


# --- what is not there ----------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "path",
    [f"shops/{NOBODY}", f"products/{NOBODY}", f"lots/{NOBODY}", "places/99", "nothing", "shops/", "openapi"],
)
def test_what_does_not_exist_is_a_problem(partner, path):
    assert_problem(partner.ask(path), 404)


def test_hidden_goods_and_paused_shops_do_not_exist(partner, product, lot):
    hidden = ProductFactory()
    set_hidden(hidden, True, by=SYSTEM)
    officer = RoleFactory(Role.COMMUNE_OFFICER, product.shop.village.parent)
    pause_shop(product.shop, by=officer, reason="Đang xem lại")
    assert codes(partner.read("products")) == []
    assert codes(partner.read("shops")) == [hidden.shop.public_code]
    for path in (
        f"products/{hidden.public_code}",
        f"products/{product.public_code}",
        f"shops/{product.shop.public_code}",
        f"lots/{lot.public_code}",
    ):
        assert_problem(partner.ask(path), 404)
    assert_problem(partner.ask("products", shop=product.shop.public_code), 404)


@pytest.mark.parametrize("status", [Shop.Status.DRAFT, Shop.Status.REVIEW, Shop.Status.CLOSED])
def test_a_shop_that_is_not_open_does_not_exist(partner, status):
    shop = ShopFactory(status=status)
    assert_problem(partner.ask(f"shops/{shop.public_code}"), 404)
    assert partner.read("shops")["items"] == []


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_the_api_is_read_only(partner, method):
    answer = getattr(partner, method)(f"{ROOT}products")
    assert_problem(answer, 405)
    assert answer["Allow"] == "GET"


# --- filters --------------------------------------------------------------------------------------------------------
def test_goods_are_filtered(partner, product):
    other = ProductFactory(category=CategoryFactory(), stock=0)
    village = product.shop.village
    for query in (
        {"category": product.category.slug},
        {"province": village.parent.parent.code},
        {"commune": village.parent.code},
        {"province": village.parent.parent.code, "commune": village.parent.code},
        {"shop": product.shop.public_code},
        {"in_stock": "true"},
        {"q": "na dai chi lang"},
    ):
        assert codes(partner.read("products", **query)) == [product.public_code], query
    assert codes(partner.read("products", in_stock="false")) == [other.public_code]
    assert codes(partner.read("products", q="!!!")) == []
    assert (
        codes(partner.read("products", province=village.parent.parent.code, category=other.category.slug))
        == []
    )


def test_a_kind_brings_those_below_it(partner, product):
    below = Category.objects.create(
        parent=product.category,
        slug="na",
        name="Na",
        name_en="x",
        folded="na",
        path=f"{product.category.path}2/",
    )
    ProductFactory(category=below)
    assert len(codes(partner.read("products", category=product.category.slug))) == 2
    assert len(codes(partner.read("products", category="na"))) == 1


@pytest.mark.parametrize("rests", [True, False])
def test_in_stock_agrees_with_what_each_row_says(partner, rests):
    today = local_day()
    for opening in Shop.Opening:
        shop = ShopFactory(opening=opening, away_from=today, away_until=today)
        ProductFactory(shop), ProductFactory(shop, stock=0), ProductFactory(shop, counted=False, stock=0)
    later = today + timedelta(days=2)
    ProductFactory(ShopFactory(opening=Shop.Opening.HOLIDAY, away_from=later, away_until=later))
    rows = partner.read("products")["items"]
    can_be_had = {row["code"] for row in rows if (row["availability"] != "out_of_stock") is rests}
    assert set(codes(partner.read("products", in_stock=str(rests).lower()))) == can_be_had
    assert can_be_had


def test_only_what_changed_since(partner):
    old, new = ProductFactory(), ProductFactory()
    hour = timezone.now() - timedelta(hours=1)
    Product.objects.filter(pk=old.pk).update(updated_at=hour)
    Shop.objects.filter(pk=old.shop_id).update(updated_at=hour)
    since = (timezone.now() - timedelta(minutes=5)).isoformat()
    assert codes(partner.read("products", updated_since=since)) == [new.public_code]
    assert codes(partner.read("shops", updated_since=since)) == [new.shop.public_code]
    assert len(codes(partner.read("products", updated_since="0001-01-01T00:00:00+14:00"))) == 2
    assert codes(partner.read("products", updated_since="9999-12-31T23:59:59-14:00")) == []


def test_shops_are_filtered_by_place(partner):
    here, _ = ShopFactory(), ShopFactory()
    commune = here.village.parent
    for query in ({"commune": commune.code}, {"province": commune.parent.code}):
        assert codes(partner.read("shops", **query)) == [here.public_code]


@pytest.mark.parametrize(
    ("path", "query", "field"),
    [
        ("products", {"limit": "many"}, "limit"),
        ("products", {"limit": 101}, "limit"),
        ("products", {"limit": 0}, "limit"),
        ("products", {"in_stock": "perhaps"}, "in_stock"),
        ("products", {"updated_since": "yesterday"}, "updated_since"),
        ("products", {"updated_since": "2026-11-01"}, "updated_since"),
        ("products", {"updated_since": "1700000000"}, "updated_since"),
        ("products", {"updated_since": "2026-13-01T00:00:00Z"}, "updated_since"),
        ("products", {"after": "made-up"}, "after"),
        ("products", {"after": write_key("shops", 7)}, "after"),
        ("shops", {"after": write_key("products", "2026-11-01T00:00:00+00:00", 7)}, "after"),
        ("products", {"q": "x" * 81}, "q"),
        ("products", {"shop": "x"}, "shop"),
        ("products", {"category": "\x00"}, "category"),
        ("products", {"provnice": "20"}, "provnice"),
        ("shops", {"province": "'"}, "province"),
        ("places", {"level": "country"}, "level"),
        ("categories", {"limit": 1}, "limit"),
        ("products/x", {}, "code"),
        ("shops/%00", {}, "code"),
    ],
)
def test_what_cannot_be_read_is_named(partner, path, query, field):
    problem = assert_problem(partner.ask(path, **query), 422)
    assert [wrong["field"] for wrong in problem["errors"]] == [field]
    assert all(wrong["message"] for wrong in problem["errors"])


@pytest.mark.parametrize(
    ("path", "query"),
    [
        ("products", {"province": "99"}), ("products", {"commune": "99999"}), ("products", {"category": "khong-co"}),
        ("products", {"shop": NOBODY}), ("places", {"parent": "99"}),
    ],
)  # fmt: skip
def test_a_filter_by_what_does_not_exist_says_so(partner, path, query):
    problem = assert_problem(partner.ask(path, **query), 404)
    assert next(iter(query.values())) in problem["detail"]


# --- pages ----------------------------------------------------------------------------------------------------------
def walk(partner, path, limit, meanwhile=lambda: None, **query):
    """All rows, page by page; `meanwhile` happens between two pages."""
    seen, after = [], ""
    while True:
        answer = partner.read(path, limit=limit, **query, **({"after": after} if after else {}))
        assert len(answer["items"]) <= limit
        seen += codes(answer)
        after = answer["next"]
        if after is None:
            return seen
        meanwhile()


@pytest.mark.parametrize("path", ["products", "shops", "places"])
@pytest.mark.parametrize("limit", [1, 3, 100])
def test_a_walk_meets_every_row_once_while_others_come(partner, path, limit):
    shop = ShopFactory()
    moment = timezone.now()
    for number in range(7):  # several of one moment: the id must decide
        product = ProductFactory(shop if number % 2 else None)
        Product.objects.filter(pk=product.pk).update(created_at=moment - timedelta(seconds=number // 3))
    before = walk(partner, path, 100)
    came = iter(range(5))  # a market in which somebody opens a shop between any two pages
    seen = walk(partner, path, limit, lambda: ProductFactory() if next(came, None) is not None else None)
    assert len(seen) == len(set(seen))
    assert set(before) <= set(seen)


def test_a_walk_goes_on_when_the_row_it_stopped_at_is_gone(partner):
    products = [ProductFactory() for _ in range(4)]
    first = partner.read("products", limit=2)
    set_hidden(products[2], True, by=SYSTEM)
    rest = partner.read("products", limit=2, after=first["next"])
    assert codes(first) + codes(rest) == [row.public_code for row in reversed(products)]


# --- cost and caches ------------------------------------------------------------------------------------------------
def queries(partner, path, **query):
    with CaptureQueriesContext(connection) as captured:
        partner.read(path, **query)
    return len(captured)


def costs(partner, product, lot):
    kinds(), provinces()
    asked = {
        name: path + ("?limit=100" if "/" not in path else "")
        for name, path in everything(product, lot).items()
    }
    return {
        name: queries(partner, path.replace("categories?limit=100", "categories"))
        for name, path in asked.items()
    }


def test_a_hundred_rows_cost_no_more_than_ten(partner, product, lot):
    partner.read("categories")  # the day's first call also writes the day
    for _ in range(9):
        ProductFactory()
    few = costs(partner, product, lot)
    for _ in range(90):
        ProductFactory()
    assert len(partner.read("products", limit=100)["items"]) == 100
    assert costs(partner, product, lot) == few
    assert few == {
        "shops": 2, "shop": 2, "products": 3, "product": 3, "lot": 2, "places": 2, "place": 2, "categories": 1,
    }  # fmt: skip


def test_filters_stay_within_four_queries(partner, product):
    kinds(), provinces()
    partner.read("categories")
    village = product.shop.village
    for query in (
        {
            "category": product.category.slug,
            "province": village.parent.parent.code,
            "in_stock": "true",
            "q": "na",
        },
        {"commune": village.parent.code},
        {"shop": product.shop.public_code},
    ):
        assert queries(partner, "products", **query) <= 4, query


def test_what_has_not_changed_is_not_sent_again(partner, product, lot):
    ProductFactory(), ProductFactory()
    paths = [*everything(product, lot).values(), "products?limit=2"]
    for path in paths:
        first = partner.ask(path)
        assert first["Cache-Control"] == "private, max-age=60"
        assert "Authorization" in first["Vary"]
        again = partner.ask(path, headers={"If-None-Match": first["ETag"]})
        assert (again.status_code, again.content) == (304, b""), path
    Product.objects.filter(pk=product.pk).update(stock=Decimal(3))
    tag = {"If-None-Match": first["ETag"]}
    Product.objects.update(price=1)
    assert partner.ask("products?limit=2", headers=tag).status_code == 200


def test_an_answer_leaves_no_cookie(partner, product):
    assert not partner.ask("products").cookies


# --- what describes it ----------------------------------------------------------------------------------------------
def test_the_description_is_open_and_names_every_address(client):
    answer = client.get(f"{ROOT}openapi.json")
    described = answer.json()
    assert set(described["paths"]) == {
        f"{ROOT}{path}" for path in (
            "shops", "shops/{code}", "products", "products/{code}", "lots/{code}", "places", "places/{code}", "categories",
        )
    }  # fmt: skip
    for operation in (method for path in described["paths"].values() for method in path.values()):
        assert operation["summary"]
        assert operation["description"]
        assert all(
            parameter.get("description") or parameter["in"] == "path"
            for parameter in operation.get("parameters", [])
        )


def test_the_page_shows_every_address_and_needs_no_other_host(client, queries_of):
    html = client.get(f"{ROOT}docs").content.decode()
    for path in client.get(f"{ROOT}openapi.json").json()["paths"]:
        assert f"GET {path}" in html
    assert not re.findall(r'(?:src|href)="https?://(?!testserver|127\.0\.0\.1)', html)
    assert "style=" not in html
    assert queries_of(client.get, f"{ROOT}docs") == 0


def test_a_bug_is_a_problem_too_and_is_written_down(partner, monkeypatch, caplog):
    monkeypatch.setattr("storefront.api.rows.products", lambda query: 1 / 0)
    assert_problem(partner.ask("products"), 500)
    assert "ZeroDivisionError" in caplog.text
