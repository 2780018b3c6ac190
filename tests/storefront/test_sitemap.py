"""Search engines and readers of news find everything that is public, and nothing else."""

from datetime import timedelta
from xml.etree import ElementTree

import pytest
from django.urls import reverse

from catalog.services import set_hidden
from common.actors import SYSTEM
from common.days import local_day
from sellers.models import Shop
from storefront import sitemaps
from storefront.models import GuidePage, StoriesPage, StoryPage
from storefront.services import ensure_site
from tests.factories import ProductFactory, ShopFactory, VillageFactory

pytestmark = pytest.mark.django_db
SPACE = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


@pytest.fixture(autouse=True)
def home():
    return ensure_site()


@pytest.fixture
def small_blocks(monkeypatch):
    """Blocks of 10 ids, read 3 rows at a time, so that a few rows fill several."""
    monkeypatch.setattr(sitemaps, "BLOCK", 10)
    monkeypatch.setattr(sitemaps, "READ_AT_ONCE", 3)


def file_of(client, address):
    answer = client.get(address)
    assert answer.status_code == 200, address
    assert answer["Content-Type"] == "application/xml"
    assert "max-age=86400" in answer["Cache-Control"]
    return ElementTree.fromstring(b"".join(answer))


def places_in(root):
    """The paths of a file."""
    found = [element.text for element in root.iter(f"{SPACE}loc")]
    assert all(address.startswith("http://") for address in found)
    assert len(found) == len(set(found))
    return {"/" + address.split("/", 3)[3] for address in found}


def everything(client):
    """The paths of all files that the index names, by kind."""
    index = file_of(client, "/sitemap.xml")
    assert index.tag == f"{SPACE}sitemapindex"
    found: dict[str, set[str]] = {}
    for address in places_in(index):
        block = file_of(client, address)
        assert block.tag == f"{SPACE}urlset"
        kind = address.split("/")[2].partition("-")[0]
        paths = places_in(block)
        assert paths
        assert not found.get(kind, set()) & paths
        found[kind] = found.get(kind, set()) | paths
    return found


def test_everything_public_is_named_once_and_answers(client, small_blocks):
    products = [ProductFactory() for _ in range(12)]
    shops = [product.shop for product in products]
    villages = [shop.village for shop in shops]
    found = everything(client)
    assert found["hang"] == {product.get_absolute_url() for product in products}
    assert found["nha"] == {shop.get_absolute_url() for shop in shops}
    expected = set()
    for village in villages:
        slugs = [village.parent.parent.slug, village.parent.slug, village.slug]
        expected |= {reverse("market:place", args=slugs[:count]) for count in (1, 2, 3)}
    assert found["noi"] == expected
    assert {"/", "/tin/", "/tin/cho-ban-mo-cua/", "/huong-dan/mua-hang-an-toan/", "/cach-mua/"} <= found[
        "trang"
    ]
    for path in [*sorted(found["trang"]), *sorted(found["noi"])[:3], *sorted(found["hang"])[:2]]:
        assert client.get(path).status_code == 200, path


def test_what_buyers_do_not_see_is_not_named(client):
    ShopFactory(status=Shop.Status.DRAFT)
    set_hidden(ProductFactory(), True, by=SYSTEM)
    VillageFactory()
    StoriesPage.objects.get().add_child(
        instance=StoryPage(title="Nháp", slug="nhap", summary="Nháp", live=False)
    )
    found = everything(client)
    assert "/tin/nhap/" not in found["trang"]
    assert set(found) == {"trang", "nha"}
    assert len(found["nha"]) == 1


@pytest.mark.parametrize("name", ["nha-2", "nha-0", "nha-99999999999999999999", "khac-1", "trang-9"])
def test_a_block_without_anything_does_not_exist(client, name):
    ShopFactory()
    assert client.get(f"/sitemap/{name}.xml").status_code == 404


def test_a_block_is_read_by_key_in_a_query_for_each_5000(client, small_blocks, queries_of):
    shops = [ShopFactory(account=False) for _ in range(10)]
    number = (shops[0].pk - 1) // 10 + 1
    rows = [row for row in shops if (row.pk - 1) // 10 + 1 == number]
    took = queries_of(lambda: list(sitemaps.entries(sitemaps.KINDS["nha"], number)))
    assert took == len(rows) // 3 + 1


def test_addresses_are_vietnamese_and_carry_the_day_of_their_change(client):
    product = ProductFactory()
    block = file_of(client, f"/sitemap/hang-{(product.pk - 1) // sitemaps.BLOCK + 1}.xml")
    assert [element.text for element in block.iter(f"{SPACE}lastmod")] == [f"{product.updated_at:%Y-%m-%d}"]


def test_robots_are_told_where_to_look(client, settings):
    assert (
        f"Sitemap: {settings.SITE_URL}/sitemap.xml" in client.get("/robots.txt").content.decode().splitlines()
    )


def test_the_two_languages_of_a_page_name_each_other(client, settings):
    path = ProductFactory().get_absolute_url()
    for address in (path, f"/en{path}", f"{path}?x=1"):
        page = client.get(address).content.decode()
        for code, there in (("vi", path), ("en", f"/en{path}")):
            assert f'<link rel="alternate" hreflang="{code}" href="{settings.SITE_URL}{there}">' in page


# --- the feed ------------------------------------------------------------------------------------------------------------


def test_the_feed_is_valid_and_holds_the_newest_stories(client, queries_of):
    parent = StoriesPage.objects.get()
    for number in range(20):
        parent.add_child(
            instance=StoryPage(
                title=f"Tin & <b>{number}</b>", slug=f"tin-{number}", summary="Tóm tắt", author_line="Đoàn xã",
                date=local_day() + timedelta(days=number),
            )
        )  # fmt: skip
    answer = client.get("/tin.xml")
    assert answer["Content-Type"] == "application/rss+xml; charset=utf-8"
    assert "max-age=3600" in answer["Cache-Control"]
    channel = ElementTree.fromstring(answer.content).find("channel")
    assert all(
        channel.findtext(name) for name in ("title", "link", "description", "language", "lastBuildDate")
    )
    items = channel.findall("item")
    assert len(items) == 20
    for item in items:
        assert all(item.findtext(name) for name in ("title", "link", "description", "guid", "pubDate"))
        assert client.get("/" + item.findtext("link").split("/", 3)[3]).status_code == 200
    assert items[0].findtext("title") == "Tin & <b>19</b>"
    assert items[0].find("guid").get("isPermaLink") == "false"
    assert queries_of(client.get, "/tin.xml") <= 2


def test_the_feed_is_named_where_stories_are(client):
    story = StoryPage.objects.first()
    for address in ("/", "/tin/", story.get_url()):
        assert 'type="application/rss+xml"' in client.get(address).content.decode()
    assert (
        'type="application/rss+xml"' not in client.get(GuidePage.objects.first().get_url()).content.decode()
    )
