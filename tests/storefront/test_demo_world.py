"""The demo world: the same for the same seed, complete, and in agreement with itself."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.utils import timezone
from wagtail.models import Page

from orders.models import Order, Review
from orders.review_queries import reported
from orders.states import State
from payments.models import LedgerLine, Payment
from sellers.models import Picture, PictureRendition, Shop
from sellers.photos import RENDITIONS
from storefront.demo import editors, world
from storefront.services import ensure_site
from storefront.site_models import Operator, SiteMenus

pytestmark = pytest.mark.django_db


def build(**options):
    return world.build("small", report=lambda line: None, **({"pictures": False} | options))


@pytest.fixture
def made():
    return build()


def figures():
    reviews = Review.objects.order_by("pk").values_list("stars", "text", "author", "answer")
    return [*Order.objects.order_by("pk").values_list("total", "state", "name", "paid"), *reviews]


def test_the_deep_checks_find_nothing(made):
    out = StringIO()
    call_command("self_check", stdout=out)
    assert "no difference" in out.getvalue()
    assert LedgerLine.objects.count() > 100


def test_there_is_one_of_everything_worth_looking_at(made):
    assert Shop.objects.get(pk=made.waiting_shop.pk).status == Shop.Status.REVIEW
    assert made.unpaid_order.waits_for_money
    assert set(Order.objects.values_list("state", flat=True)) >= {
        State.NEW,
        State.CONFIRMED,
        State.PACKED,
        State.DELIVERED,
    }
    last = Order.objects.filter(shop=made.quiet_shop, state=State.DELIVERED).order_by("-delivered_at").first()
    assert last is None or (timezone.now() - last.delivered_at).days >= 58
    assert Payment.objects.filter(by_machine=True).exists()


def test_buyers_say_something_and_one_review_waits_for_the_officer(made):
    said = Review.objects.filter(product__in=made.products)
    assert said.exclude(text="").count() >= 5
    assert said.exclude(answer="").exists()
    assert not said.exclude(order__state=State.DELIVERED).exists()
    assert [review.shop.commune_id for review in reported(made.commune_officer)] == [made.commune.pk]


def test_editors_have_written_pages_that_answer(client, made):
    home = ensure_site()
    editors.write(home, made.shops, made.views)
    shown = client.get("/")
    assert [campaign.get_url() for campaign in shown.context["campaigns"]] == [
        "/chien-dich/qua-ban-thang-nay/"
    ]
    for page in Page.objects.descendant_of(home).live().specific():
        assert client.get(page.get_url()).status_code == 200
        page.full_clean()
        if hasattr(page, "body"):
            page.body.stream_block.clean(page.body)
    menus = SiteMenus.objects.get()
    for field in (menus.main, menus.foot):
        field.stream_block.clean(field)
    Operator.objects.get().full_clean()
    lang_son = client.get("/noi/lang-son/")
    assert "sương xuống sớm" in lang_son.content.decode()


def test_the_same_seed_makes_the_same_world():
    seen = []
    for _ in range(2):
        with transaction.atomic():
            build()
            seen.append((figures(), list(Shop.objects.order_by("pk").values_list("name", "slug"))))
            transaction.set_rollback(True)
    assert seen[0] == seen[1]
    assert seen[0][1][0] == ("Vườn nhà Sen", "vuon-nha-sen")


def test_products_have_pictures_with_every_size():
    made = build(pictures=True)
    pictures = [product.picture for product in made.products]
    assert all(
        picture is not None and picture.shop_id == product.shop_id
        for picture, product in zip(pictures, made.products, strict=True)
    )
    assert PictureRendition.objects.filter(image__in=pictures).count() == len(pictures) * len(RENDITIONS)
    assert Picture.objects.get(pk=pictures[0].pk).ready


def test_the_command_refuses_to_run_where_this_is_no_demo(settings):
    settings.DEMO = False
    with pytest.raises(CommandError):
        call_command("demo", "--no-serve")


def test_reset_touches_nothing_but_sqlite(settings, monkeypatch):
    settings.DEMO = True
    monkeypatch.setattr("storefront.management.commands.demo.connection.vendor", "postgresql")
    with pytest.raises(CommandError, match="SQLite"):
        call_command("demo", "--reset", "--no-serve")
