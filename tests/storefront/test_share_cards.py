"""The picture a chat shows beside a link: small, for ever the same at its address, of what is on the market alone."""

from datetime import timedelta
from io import BytesIO

import pytest
import zxingcpp
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.test import override_settings
from django.utils import timezone
from PIL import Image

from catalog.models import Product
from catalog.services import pause_shop, set_hidden
from common.actors import SYSTEM
from places.models import Role
from sellers.models import Shop, ShopFront
from sellers.services import rename_shop
from storefront import share_cards
from storefront.prints.facts import Goods, ProductFacts, ShopFacts
from storefront.prints.palette import MARKET, rgb
from storefront.share_files import FOLDER, card_address, card_path, kept_or_drawn
from storefront.short_links import short_address
from tests.factories import PictureFactory, ProductFactory, RoleFactory, ShopFactory, photo

LONG = "Hợp tác xã Nông nghiệp hữu cơ Phụ nữ dân tộc Tày Nùng vùng cao Khuổi Lào Đèo Gia"
PLACE = {"code": "7KQ2M9XHRT", "village": "Bản Nà Pe", "above": "Xã Chi Lăng, Lạng Sơn"}


def opened(data):
    picture = Image.open(BytesIO(data))
    picture.load()
    return picture


def noise(size=(1280, 1280)):
    """A photo that no encoder makes small."""
    return ContentFile(_jpeg(Image.effect_noise(size, 90).convert("RGB")), name="noise.jpg")


def _jpeg(picture):
    out = BytesIO()
    picture.save(out, "JPEG", quality=90)
    return out.getvalue()


def shop_facts(**said):
    return ShopFacts(**(PLACE | {"name": "Vườn nhà Sến", "tagline": ""} | said))


def product_facts(**said):
    return ProductFacts(
        **(PLACE | {"goods": Goods("Na dai", "45.000 ₫", "kg"), "shop": "Vườn nhà Sến"} | said)
    )


# --- drawn ----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("draw", "facts"),
    [
        (share_cards.shop_card, shop_facts()),
        (share_cards.shop_card, shop_facts(name=LONG)),
        (share_cards.shop_card, shop_facts(name="W" * 80)),
        (share_cards.product_card, product_facts()),
        (
            share_cards.product_card,
            product_facts(goods=Goods(LONG, "999.999.999.999 ₫", "bao tải"), shop=LONG),
        ),
        (share_cards.product_card, product_facts(goods=Goods("W" * 80, "1 ₫", "kg"), shop="W" * 80)),
    ],
)
@pytest.mark.parametrize("picture", [None, "photo", "noise"])
def test_a_card_has_its_size_is_light_and_its_qr_reads(draw, facts, picture):
    file = {None: None, "photo": ContentFile(photo((900, 700)).read(), name="p.jpg"), "noise": noise()}[
        picture
    ]
    object.__setattr__(facts, "photo", file)
    data = draw(facts)
    card = opened(data)
    assert (card.format, card.size) == ("JPEG", (1200, 630))
    assert len(data) <= (200_000 if picture == "noise" else share_cards.TARGET_BYTES)
    assert [found.text for found in zxingcpp.read_barcodes(card)] == [short_address("7KQ2M9XHRT")]


@pytest.mark.parametrize(("words", "lines"), [("Na dai", 1), (LONG, 2), (LONG, 3), ("W" * 80, 2), ("đ", 1)])
def test_words_are_made_to_fit_and_none_is_lost(words, lines):
    found = share_cards.fitted(words, "Black", 500, 90, lines)
    assert len(found.lines) <= lines
    assert all(found.font.getlength(line) <= 500 for line in found.lines)
    assert "".join("".join(found.lines).split()) == "".join(words.split())


def test_lines_are_about_equally_long():
    assert share_cards.fitted("Nông sản Chi Lăng", "Black", 800, 104, 2).lines == ["Nông sản", "Chi Lăng"]


def test_white_words_read_on_a_white_photo():
    white = ContentFile(photo((1200, 630), color="white").read(), name="w.jpg")
    card = opened(share_cards.shop_card(shop_facts(name="Sen", photo=white)))
    assert max(card.getpixel((700, 460))) < 110  # beside the name
    assert min(card.getpixel((700, 100))) > 240  # the photo itself stays as it is


def test_a_card_wears_the_shops_colours():
    card = opened(share_cards.product_card(product_facts(palette=MARKET | {"brand": "#27408f"})))
    assert card.getpixel((150, 36)) == pytest.approx(rgb("#27408f"), abs=24)


def test_a_font_is_read_once(monkeypatch):
    share_cards.shop_card(shop_facts())
    monkeypatch.setattr("PIL.ImageFont.truetype", lambda *a: pytest.fail("read again"))
    share_cards.shop_card(shop_facts())


# --- served ---------------------------------------------------------------------------------------------------------
@pytest.fixture
def shop(db):
    return ShopFactory(name="Vườn nhà Sến")


@pytest.fixture
def product(shop):
    return ProductFactory(shop, title="Na dai")


def fresh(thing):
    """The row as another request reads it."""
    related = ["front"] if isinstance(thing, Shop) else ["shop__front"]
    return type(thing).objects.select_related(*related).get(pk=thing.pk)


def kept(kind, thing):
    folder = f"{FOLDER}/{kind}/{thing.public_code[:2]}/{thing.public_code}"
    return default_storage.listdir(folder)[1] if default_storage.exists(folder) else []


@pytest.mark.parametrize("kind", ["s", "h"])
def test_a_card_may_be_kept_for_a_year_by_anybody(client, shop, product, kind, queries_of):
    path = card_path(fresh(shop if kind == "s" else product))
    assert path.startswith(f"/anh-chia-se/{kind}/")
    answer = client.get(path)
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/jpeg")
    assert answer["Cache-Control"] == "public, max-age=31536000, immutable"
    assert "Set-Cookie" not in answer
    assert "Cookie" not in answer.get("Vary", "")
    assert queries_of(client.get, path) == 1


def test_a_card_is_drawn_once(client, shop, monkeypatch):
    path = card_path(fresh(shop))
    first = client.get(path).content
    assert len(kept("s", shop)) == 1
    monkeypatch.setattr(share_cards, "shop_card", lambda facts: pytest.fail("drawn again"))
    assert client.get(path).content == first


def test_a_page_names_its_card_and_never_draws_one(client, shop, product):
    with override_settings(SITE_URL="https://choban.vn"):
        for page, thing in ((shop.get_absolute_url(), shop), (product.get_absolute_url(), product)):
            html = client.get(page).content.decode()
            assert f'property="og:image" content="{card_address(fresh(thing))}"' in html
            assert card_address(fresh(thing)).startswith("https://choban.vn/anh-chia-se/")
            for meta in ('og:image:width" content="1200"', 'og:image:height" content="630"', "og:image:alt"):
                assert meta in html
            assert 'name="twitter:card" content="summary_large_image"' in html
    assert kept("s", shop) == kept("h", product) == []


def test_what_changes_the_card_changes_its_address_and_the_old_one_leads_on(client, shop, product):
    def changed(thing, change):
        before = card_path(fresh(thing))
        client.get(before)
        change()
        after = card_path(fresh(thing))
        assert after != before
        answer = client.get(before)
        assert (answer.status_code, answer["Location"]) == (302, after)
        assert "max-age=60" in answer["Cache-Control"]
        assert client.get(after).status_code == 200

    changed(shop, lambda: rename_shop(shop, "Đồi na", by=SYSTEM))
    changed(product, lambda: rename_shop(shop, "Đồi na dai", by=SYSTEM))  # the product's card names the shop
    changed(product, lambda: product.save())
    later = timezone.now() + timedelta(minutes=1)
    changed(shop, lambda: ShopFront.objects.filter(shop=shop).update(last_published_at=later))
    assert (len(kept("s", shop)), len(kept("h", product))) == (1, 1)  # the states before are thrown away


def test_sales_do_not_change_the_address(shop, product):
    before = card_path(fresh(product))
    Product.objects.filter(pk=product.pk).update(stock=1, popularity=7)
    Shop.objects.filter(pk=shop.pk).update(popularity=7)
    assert card_path(fresh(product)) == before


def test_a_made_up_version_draws_nothing(client, shop):
    answer = client.get(f"/anh-chia-se/s/{shop.public_code}-zzzz.jpg")
    assert (answer.status_code, answer["Location"]) == (302, card_path(fresh(shop)))
    assert kept("s", shop) == []


@pytest.mark.parametrize(
    "status", [Shop.Status.DRAFT, Shop.Status.REVIEW, Shop.Status.PAUSED, Shop.Status.CLOSED]
)
def test_a_shop_that_is_not_open_has_no_card(client, status, db):
    shop = ShopFactory(status=status)
    assert client.get(card_path(fresh(shop))).status_code == 404


def test_what_left_the_market_has_no_card_even_if_one_was_drawn(client, shop, product):
    other = ProductFactory(shop)
    paths = [card_path(fresh(shop)), card_path(fresh(product)), card_path(fresh(other))]
    assert {client.get(path).status_code for path in paths} == {200}
    set_hidden(product, True, by=SYSTEM)
    assert client.get(paths[1]).status_code == 404
    pause_shop(shop, by=RoleFactory(Role.COMMUNE_OFFICER, shop.village.parent), reason="Nghỉ")
    assert {client.get(path).status_code for path in paths} == {404}


def test_an_unknown_code_has_no_card(client, db):
    assert client.get("/anh-chia-se/s/7KQ2M9XHRT-1a.jpg").status_code == 404
    assert client.get("/anh-chia-se/h/7KQ2M9XHRT-1a.jpg").status_code == 404


def test_a_lost_or_broken_photo_still_gives_a_card(client, product):
    picture = PictureFactory(product.shop)
    Product.objects.filter(pk=product.pk).update(picture=picture)
    picture.file.storage.delete(picture.file.name)
    picture.file.storage.save(picture.file.name, ContentFile(b"\xff\xd8\xff no photo"))
    assert opened(client.get(card_path(fresh(product))).content).size == (1200, 630)


def test_nobody_ever_reads_half_a_file(shop):
    thing = fresh(shop)
    assert kept_or_drawn("s", thing, lambda: b"first") == b"first"
    assert kept_or_drawn("s", thing, lambda: b"second") == b"first"
    assert all(name.endswith(".jpg") for name in kept("s", shop))


def test_english_pages_name_the_same_card(client, shop):
    assert card_address(fresh(shop)) in client.get("/en" + shop.get_absolute_url()).content.decode()
