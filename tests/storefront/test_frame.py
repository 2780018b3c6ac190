"""The foot of every page says who runs the market; menus are the editors'. Neither costs a query while it is kept."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from wagtail.models import Site

from storefront import frame
from storefront.models import PlainPage, StoriesPage
from storefront.services import ensure_site
from storefront.site_models import Operator, SiteMenus
from tests.factories import ProductFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def site():
    ensure_site()
    frame.forget()
    return Site.objects.get(is_default_site=True)


@pytest.fixture
def kept(django_capture_on_commit_callbacks):
    """Saves as a request does: what waits for the commit runs."""

    def save(row):
        with django_capture_on_commit_callbacks(execute=True):
            row.save()

    return save


def foot(client, address="/cho/"):
    return client.get(address).content.decode().split("<footer")[1]


def to(page, label=""):
    return {"label": label, "page": page.pk, "address": ""}


def at(label, address):
    return {"label": label, "page": None, "address": address}


def test_without_settings_the_foot_names_the_operator_of_the_installation(client, site, settings):
    settings.OPERATOR_NAME, settings.OPERATOR_PHONE = "Hội Nông dân", "+84912345678"
    frame.forget()
    shown = foot(client)
    assert "Hội Nông dân" in shown
    assert 'href="tel:+84912345678"' in shown
    assert "foot-cols" not in shown


def test_the_foot_says_what_the_law_asks_for(client, site, kept):
    foot(client)
    kept(
        Operator(
            site=site, name="HTX Chợ Bản", tax_number="4900123456", address="Số 1 phố Chợ", phone="0205 381 2345",
            email="lienhe@example.vn", responsible="Hoàng Văn An", registration="TMĐT-001", registered_on=date(2026, 7, 5),
        )
    )  # fmt: skip
    shown = foot(client)
    for words in ("HTX Chợ Bản", "4900123456", "Số 1 phố Chợ", 'href="tel:02053812345"', "mailto:lienhe@example.vn",
                  "Hoàng Văn An", "TMĐT-001", "05/07/2026"):  # fmt: skip
        assert words in shown, words


def test_menus_are_shown_and_follow_their_pages(client, site, kept, django_capture_on_commit_callbacks):
    stories = StoriesPage.objects.get()
    menus = SiteMenus(site=site)
    menus.main = [{"type": "link", "value": to(stories, "Chuyện bản")}]
    menus.foot = [
        {
            "type": "column",
            "value": {"heading": "Mua hàng", "links": [to(stories), at("Mùa này", "/cho/?mua=on")]},
        }
    ]
    kept(menus)
    page = client.get("/cho/").content.decode()
    assert '<a href="/tin/">Chuyện bản</a>' in page
    assert "Tin từ bản" in foot(client)
    assert "/cho/?mua=on" in foot(client)
    assert 'href="/en/tin/"' in foot(client, "/en/cho/")
    stories.slug = "chuyen"
    with django_capture_on_commit_callbacks(execute=True):
        stories.save_revision().publish()
    assert 'href="/chuyen/"' in foot(client)
    with django_capture_on_commit_callbacks(execute=True):
        stories.unpublish()
    assert "Chuyện bản" not in client.get("/cho/").content.decode()
    assert "/cho/?mua=on" in foot(client)


def test_the_frame_costs_nothing_while_it_is_kept(client, site, kept, queries_of):
    about = PlainPage.objects.first()
    menus = SiteMenus(site=site)
    links = [to(about), to(StoriesPage.objects.get())]
    menus.main = [{"type": "link", "value": link} for link in links]
    menus.foot = [
        {"type": "column", "value": {"heading": f"Cột {number}", "links": links}} for number in range(3)
    ]
    kept(menus)
    address = ProductFactory().get_absolute_url()
    client.get(address)
    with_menus = queries_of(client.get, address)
    frame.remember(frame.Frame())
    assert queries_of(client.get, address) == with_menus
    frame.forget()
    assert queries_of(frame.frame) <= 4
    assert queries_of(frame.frame) == 0


def test_whoever_keeps_whole_pages_sees_that_the_frame_changed(site, kept, queries_of):
    before = frame.stamp("vi")
    assert frame.stamp("vi") == before
    assert queries_of(frame.stamp, "vi") == 0
    kept(Operator(site=site, name="HTX Chợ Bản"))
    assert frame.stamp("vi") != before


def test_figures_of_the_law_are_checked(site):
    with pytest.raises(ValidationError) as refused:
        Operator(site=site, phone="gọi tôi", tax_number="số?").full_clean()
    assert set(refused.value.message_dict) == {"phone", "tax_number"}


def test_an_administrator_sets_both(client, site):
    client.force_login(UserFactory(email="quan-tri@example.vn", is_superuser=True, is_staff=True))
    address = reverse("wagtailsettings:edit", args=["storefront", "operator", site.pk])
    assert client.get(address).status_code == 200
    answer = client.post(address, {"name": "HTX Chợ Bản", "registered_on": ""})
    assert answer.status_code == 302
    assert Operator.objects.get().name == "HTX Chợ Bản"


def test_pages_of_work_have_no_columns(client, site, kept):
    kept(Operator(site=site, name="HTX Chợ Bản", address="Số 1 phố Chợ"))
    person = UserFactory()
    client.force_login(person)
    assert "Số 1 phố Chợ" in foot(client)
    from tests.factories import ShopFactory

    client.force_login(ShopFactory().owner)
    assert "Số 1 phố Chợ" not in foot(client, "/ban-hang/")
