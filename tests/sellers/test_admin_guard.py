"""The Wagtail admin shows nobody another village's shops, whatever permissions a group was given by mistake.

Source: architecture, 5: "a test walks all URLs of each viewset as a user of another village and expects a refusal".
"""

import pytest
from django.contrib.auth.models import Group, Permission
from django.urls import NoReverseMatch, reverse
from wagtail.models import Page, Site

from catalog.models import Product
from places.models import Role
from sellers import services
from sellers.admin_guard import CLOSED
from sellers.models import Consent, Shop, ShopFront
from storefront.models import HomePage, PlainPage
from tests.factories import (
    ConsentFactory,
    ProductFactory,
    RoleFactory,
    ShopFactory,
    UserFactory,
    VillageFactory,
)

pytestmark = pytest.mark.django_db
REFUSED = {302, 403, 404}
VIEWSETS = [ShopFront.snippet_viewset, Shop.snippet_viewset, Product.snippet_viewset]


@pytest.fixture
def shop():
    """A shop whose page has two versions and waits for its head."""
    village = VillageFactory()
    shop = ShopFactory(village)
    agent = RoleFactory(Role.VOLUNTEER, village)
    ConsentFactory(shop, agent)
    for author, tagline in ((shop.owner, "Câu đầu"), (agent, "Câu sau")):
        services.save_front(shop, by=author, tagline=tagline, body=[])
    services.hand_in(shop, by=agent)
    ProductFactory(shop)
    return Shop.objects.select_related("front").get(pk=shop.pk)


@pytest.fixture
def editors():
    """A group with every permission on shops that Wagtail knows: what must never happen, and will."""
    group = Group.objects.create(name="Nhầm")
    group.permissions.set(Permission.objects.filter(content_type__app_label__in=["sellers", "wagtailadmin"]))
    return group


@pytest.fixture
def admin(client):
    client.force_login(UserFactory(email="quan-tri@example.vn", is_superuser=True, is_staff=True))
    return client


def addresses(viewset, shop):
    """Every address of a viewset, filled in with this shop's ids."""
    row = {Shop: shop, ShopFront: shop.front}.get(viewset.model) or shop.products.get()
    revision = shop.front.latest_revision_id
    task = shop.front.current_workflow_task_state
    known = {
        "pk": row.pk,
        "revision_id": revision,
        "revision_id_a": revision - 1,
        "revision_id_b": revision,
        "action_name": "approve",
        "task_state_id": task.pk,
        "task_id": task.task_id,
        "workflow_state_id": task.workflow_state_id,
    }
    for pattern in viewset.get_urlpatterns():
        names = set(pattern.pattern.converters) or set(pattern.pattern.regex.groupindex)
        kwargs = {name: known[name] for name in names}
        yield pattern.name, reverse(viewset.get_url_name(pattern.name), kwargs=kwargs)


@pytest.mark.parametrize("viewset", VIEWSETS, ids=lambda viewset: viewset.model.__name__)
@pytest.mark.parametrize("method", ["get", "post"])
def test_every_address_refuses_another_villages_head_even_with_all_model_permissions(
    client, shop, editors, viewset, method
):
    head = RoleFactory(Role.HEAD, VillageFactory(shop.village.parent))
    head.groups.add(editors)
    client.force_login(head)
    before = ShopFront.objects.filter(shop=shop).values().get()
    for name, address in addresses(viewset, shop):
        answer = getattr(client, method)(address)
        if name in ("list", "list_results"):
            assert answer.status_code in REFUSED | {200, 405}
            assert shop.name not in answer.content.decode(), name
        else:
            assert answer.status_code in REFUSED, f"{name}: {answer.status_code}"
    assert ShopFront.objects.filter(shop=shop).values().get() == before


@pytest.mark.parametrize("viewset", VIEWSETS, ids=lambda viewset: viewset.model.__name__)
def test_every_address_sends_a_visitor_to_the_sign_in(client, shop, viewset):
    for name, address in addresses(viewset, shop):
        answer = client.get(address)
        assert answer.status_code == 302, name
        assert reverse("account_login") in answer.url or reverse("account_request_login_code") in answer.url


@pytest.mark.parametrize("role", [Role.HEAD, Role.VOLUNTEER])
def test_the_village_team_has_no_admin_at_all(client, shop, role):
    client.force_login(RoleFactory(role, shop.village))
    assert client.get(reverse("wagtailadmin_home")).status_code in REFUSED
    for _name, address in addresses(ShopFront.snippet_viewset, shop):
        assert client.get(address).status_code in REFUSED


def test_what_services_keep_together_is_closed_to_administrators_too(admin, shop):
    found = dict(addresses(ShopFront.snippet_viewset, shop))
    for name in CLOSED & set(found):
        assert admin.post(found[name]).status_code in REFUSED, name
    shop.front.refresh_from_db()
    assert shop.front.current_workflow_task_state is not None


def test_an_administrator_reads_lists_versions_and_history(admin, shop):
    found = dict(addresses(ShopFront.snippet_viewset, shop))
    for name in ("list", "edit", "history", "usage", "revisions_compare", "workflow_history"):
        assert admin.get(found[name]).status_code == 200, name
    of_shop = dict(addresses(Shop.snippet_viewset, shop))
    assert shop.name in admin.get(of_shop["list"]).content.decode()
    assert admin.get(of_shop["inspect"]).status_code == 200
    assert admin.get(of_shop["edit"]).status_code in REFUSED  # looked at here, changed elsewhere


def test_the_editor_of_a_shop_page_has_no_publish_button(admin, shop):
    page = admin.get(dict(addresses(ShopFront.snippet_viewset, shop))["edit"]).content.decode()
    assert "action-publish" not in page


def test_an_agent_who_is_also_an_editor_sees_the_farmers_shop_and_no_other(client, shop, editors):
    agent = Consent.objects.get(shop=shop).agent
    agent.groups.add(editors)
    client.force_login(agent)
    other = ShopFactory(VillageFactory())
    page = client.get(reverse(ShopFront.snippet_viewset.get_url_name("list"))).content.decode()
    assert shop.name in page
    assert other.name not in page


def test_no_bulk_action_deletes_a_shop(admin, client, shop, editors):
    address = reverse("wagtail_bulk_action", args=["sellers", "shopfront", "delete"]) + f"?id={shop.front.pk}"
    admin.post(address)
    head = RoleFactory(Role.HEAD, VillageFactory())
    head.groups.add(editors)
    client.force_login(head)
    client.post(address)
    assert ShopFront.objects.filter(shop=shop).exists()


def test_there_is_no_chooser_that_lists_the_country():
    for viewset in VIEWSETS:
        with pytest.raises(NoReverseMatch):
            reverse(f"{viewset.get_chooser_admin_url_namespace()}:choose")


def test_the_home_of_the_admin_costs_the_same_however_many_shops_wait(admin, shop, queries_of):
    address = reverse("wagtailadmin_home")
    panels = [type(panel).__name__ for panel in admin.get(address).context["panels"]]
    assert "WorkflowObjectsToModeratePanel" not in panels  # 500 waiting pages cost it 1,520 queries
    few = queries_of(admin.get, address)
    for _ in range(3):
        other = ShopFactory(shop.village)
        services.save_front(other, by=other.owner, tagline="Chờ duyệt", body=[])
        services.hand_in(other, by=other.owner)
    assert queries_of(admin.get, address) == few


# --- editors' pages -------------------------------------------------------------------------------------------------


def test_editors_write_the_front_page_and_plain_pages(admin):
    home = HomePage(title="Chợ Bản", slug="cho-ban")
    Page.objects.get(depth=1).add_child(instance=home)
    about = home.add_child(instance=PlainPage(title="Về chợ", slug="ve-cho"))
    Site.objects.update_or_create(is_default_site=True, defaults={"hostname": "localhost", "root_page": home})
    for page in (home, about):
        assert admin.get(reverse("wagtailadmin_pages:edit", args=[page.pk])).status_code == 200
    assert (
        admin.get(reverse("wagtailadmin_pages:add", args=["storefront", "plainpage", home.pk])).status_code
        == 200
    )


def test_a_kind_of_produce_gets_its_photo_here_and_nothing_else(admin):
    from catalog.models import Category
    from tests.factories import CategoryFactory

    kind = CategoryFactory()
    names = Category.snippet_viewset.get_url_name
    assert admin.get(reverse(names("edit"), args=[kind.pk])).status_code == 200
    assert admin.get(reverse(names("add"))).status_code in REFUSED
    assert admin.post(reverse(names("delete"), args=[kind.pk])).status_code in REFUSED
    assert Category.objects.filter(pk=kind.pk).exists()


def test_the_admins_preview_draws_the_page_that_buyers_get(admin, shop):
    found = dict(addresses(ShopFront.snippet_viewset, shop))
    seen = admin.get(found["revisions_view"])
    assert seen.status_code == 200
    assert "Câu đầu" in seen.content.decode() or "Câu sau" in seen.content.decode()
    waiting = admin.get(found["workflow_preview"])
    assert waiting.status_code in REFUSED | {200}
