"""Editors find shops, goods and places by a few letters; nobody else looks through the country's shops in the admin."""

import pytest
from django.contrib.auth.models import Group, Permission
from django.test import Client
from django.urls import NoReverseMatch, reverse
from wagtail.models import Site

from places.models import Role
from sellers.models import Shop
from storefront.chooser_views import CHOOSERS
from storefront.choosers import ProductChooser, ShopChooser
from storefront.services import ensure_site
from storefront.site_models import Operator, PlaceIntro, SiteMenus
from tests.factories import (
    CommuneFactory,
    ProductFactory,
    ProvinceFactory,
    RoleFactory,
    ShopFactory,
    UserFactory,
    VillageFactory,
)

pytestmark = pytest.mark.django_db
NAMES = ["choose_shop", "choose_product", "choose_place"]
REFUSED = {302, 403, 404}


@pytest.fixture
def editor(client):
    ensure_site()
    person = UserFactory(email="bien-tap@example.vn", is_staff=True)
    person.groups.set(Group.objects.filter(name="Editors"))
    client.force_login(person)
    return client


def listed(client, name, **query):
    """The html of a chooser's window."""
    return client.get(reverse(f"{name}:choose"), query).json()["html"]


def addresses():
    """Every address of every chooser and setting, of the introductions, with an id that exists."""
    shop, site = ShopFactory(), Site.objects.get(is_default_site=True)
    ids = {
        "choose_shop": shop.pk,
        "choose_product": ProductFactory(shop).pk,
        "choose_place": shop.village.parent_id,
    }
    for name, pk in ids.items():
        yield reverse(f"{name}:choose")
        yield reverse(f"{name}:choose_results")
        yield reverse(f"{name}:chosen", args=[pk])
        yield reverse(f"{name}:chosen_multiple") + f"?id={pk}"
    for setting in (Operator, SiteMenus):
        yield reverse("wagtailsettings:edit", args=["storefront", setting._meta.model_name, site.pk])
        yield reverse(
            "wagtailsettings:preview_on_edit", args=["storefront", setting._meta.model_name, site.pk]
        )
    yield reverse(PlaceIntro.snippet_viewset.get_url_name("list"))
    yield reverse(PlaceIntro.snippet_viewset.get_url_name("add"))


@pytest.mark.parametrize("role", [Role.VOLUNTEER, Role.HEAD, Role.COMMUNE_OFFICER, None])
def test_nobody_but_editors_opens_choosers_or_settings(editor, role):
    other, place = Client(), VillageFactory()
    if role:
        other.force_login(RoleFactory(role, place.parent if role == Role.COMMUNE_OFFICER else place))
    for address in addresses():
        for method in (other.get, other.post):
            assert method(address).status_code in REFUSED | {405}, address
            assert method(address, headers={"x-requested-with": "XMLHttpRequest"}).status_code in REFUSED | {
                405
            }, address


def test_a_head_who_was_let_into_the_admin_by_mistake_still_chooses_nothing(editor):
    mistake = Group.objects.create(name="Nhầm")
    mistake.permissions.set(
        Permission.objects.filter(content_type__app_label__in=["sellers", "catalog", "wagtailadmin"])
    )
    head = RoleFactory(Role.HEAD, VillageFactory())
    head.groups.add(mistake)
    other = Client()
    other.force_login(head)
    assert other.get(reverse("wagtailadmin_home")).status_code == 200
    for address in addresses():
        assert other.get(address).status_code in REFUSED, address


def test_editors_set_menus_but_not_the_legal_facts(editor):
    site = Site.objects.get(is_default_site=True)
    assert (
        editor.get(reverse("wagtailsettings:edit", args=["storefront", "sitemenus", site.pk])).status_code
        == 200
    )
    assert (
        editor.get(reverse("wagtailsettings:edit", args=["storefront", "operator", site.pk])).status_code
        in REFUSED
    )


@pytest.mark.parametrize(
    ("name", "typed", "found", "other"),
    [
        ("choose_shop", "vuon sen", "Vườn nhà Sen", "Bếp nhà Bích"),
        ("choose_shop", "BÍCH", "Bếp nhà Bích", "Vườn nhà Sen"),
        ("choose_product", "hong vanh", "Hồng vành khuyên", "Mật ong rừng"),
        ("choose_place", "chi lang lang son", "Xã Chi Lăng", "Xã Bắc Sơn"),
        ("choose_place", "đồng đăng", "Xã Đồng Đăng", "Xã Chi Lăng"),
    ],
)
def test_accents_do_not_matter(editor, name, typed, found, other):
    province = ProvinceFactory(name="Lạng Sơn")
    village = VillageFactory(CommuneFactory(province, name="Chi Lăng"))
    CommuneFactory(ProvinceFactory(name="Thái Nguyên"), name="Bắc Sơn")
    CommuneFactory(province, name="Đồng Đăng")
    ProductFactory(ShopFactory(village, name="Vườn nhà Sen"), title="Hồng vành khuyên")
    ProductFactory(ShopFactory(name="Bếp nhà Bích"), title="Mật ong rừng")
    assert found in listed(editor, name)
    page = listed(editor, name, q=typed)
    assert found in page
    assert other not in page


def test_a_shop_is_found_by_the_code_on_its_poster(editor):
    ShopFactory(name="Nhà khác")
    shop = ShopFactory(name="Nương Dung")
    page = listed(editor, "choose_shop", q=shop.public_code.lower())
    assert "Nương Dung" in page
    assert "Nhà khác" not in page


def test_only_what_buyers_see_may_be_chosen(editor):
    draft = ShopFactory(status=Shop.Status.DRAFT, name="Chưa duyệt")
    hidden = ProductFactory(ShopFactory(), title="Hàng ẩn", hidden=True)
    assert "Chưa duyệt" not in listed(editor, "choose_shop", q="chua duyet")
    assert "Hàng ẩn" not in listed(editor, "choose_product", q="hang an")
    assert editor.get(reverse("choose_shop:chosen", args=[draft.pk])).status_code == 404
    assert editor.get(reverse("choose_product:chosen", args=[hidden.pk])).status_code == 404
    village = VillageFactory()
    assert editor.get(reverse("choose_place:chosen", args=[village.pk])).status_code == 404


def test_the_choice_carries_the_place_and_says_what_is_gone():
    village = VillageFactory(CommuneFactory(name="Chi Lăng"), name="Đồng Mỏ")
    shop = ShopFactory(village, name="Vườn nhà Sen", status=Shop.Status.PAUSED)
    product = ProductFactory(shop, title="Na dai", live=False)
    assert (
        ShopChooser()
        .get_display_title(shop)
        .startswith("Vườn nhà Sen · Thôn Đồng Mỏ, Xã Chi Lăng (không còn mở")
    )
    assert "không còn bán" in ProductChooser().get_display_title(product)


def test_a_list_stops_at_50_rows_and_costs_the_same_for_2_and_60(editor, queries_of):
    village = VillageFactory()
    for _ in range(2):
        ShopFactory(village, account=False)
    address = reverse("choose_shop:choose")
    few = queries_of(editor.get, address)
    for _ in range(58):
        ShopFactory(village, account=False)
    assert queries_of(editor.get, address) == few
    html = editor.get(reverse("choose_shop:choose_results"), {"p": 5}).content.decode()
    assert html.count("data-chooser-modal-choice") == 10
    assert editor.get(reverse("choose_shop:choose_results"), {"p": 6}).status_code == 404


@pytest.mark.parametrize("name", NAMES)
def test_nothing_is_made_in_a_chooser(name):
    assert len(CHOOSERS) == len(NAMES)
    with pytest.raises(NoReverseMatch):
        reverse(f"{name}:create")


@pytest.mark.parametrize("query", [{"q": "x" * 300}, {"q": "!!!"}, {"p": "x"}, {"p": "0"}])
def test_strange_requests_break_nothing(editor, query):
    for name in NAMES:
        assert editor.get(reverse(f"{name}:choose_results"), query).status_code in (200, 404)
        assert editor.get(reverse(f"{name}:chosen", args=["khong"])).status_code == 404
        assert editor.get(reverse(f"{name}:chosen_multiple"), {"id": ["x", "0"]}).status_code == 200
