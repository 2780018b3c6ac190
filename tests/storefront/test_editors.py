"""What editors write: shown to everybody at a constant price, in its time, and only when it is published."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Group
from django.urls import reverse
from wagtail.blocks import Block, StructBlockValidationError
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import Page, Site

from catalog.services import set_hidden
from common.actors import SYSTEM
from common.days import local_day
from places.models import Role
from sellers.models import Picture
from sellers.services import pause_shop
from storefront import blocks
from storefront.models import (
    CampaignPage,
    CampaignsPage,
    GuidePage,
    HomePage,
    PlainPage,
    StoriesPage,
    StoryPage,
)
from storefront.services import ensure_site
from storefront.site_models import PlaceIntro
from tests.factories import (
    PictureFactory,
    ProductFactory,
    RoleFactory,
    ShopFactory,
    UserFactory,
    VillageFactory,
    photo,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def home():
    home = ensure_site()
    Site.get_site_root_paths()  # kept in the cache, as on every market that has shown one page
    return home


@pytest.fixture
def editor(client, home):
    person = UserFactory(email="bien-tap@example.vn", is_staff=True)
    person.groups.set(Group.objects.filter(name="Editors"))
    client.force_login(person)
    return client


@pytest.fixture
def admin(client, home):
    client.force_login(UserFactory(email="quan-tri@example.vn", is_superuser=True, is_staff=True))
    return client


def editors_picture():
    return PictureFactory(purpose=Picture.Purpose.EDITORS)


def write_story(**facts):
    defaults = {"title": "Na chín", "summary": "Mùa na đã về.", "date": local_day()}
    return StoriesPage.objects.get().add_child(instance=StoryPage(**(defaults | facts)))


def write_campaign(**facts):
    defaults = {"title": "Mùa na", "lead": "Na tháng Tám.", "picture": editors_picture()}
    return CampaignsPage.objects.get().add_child(instance=CampaignPage(**(defaults | facts)))


def featured(kind, rows):
    return [{"type": kind, "value": {"heading": "Nên mua", kind: [row.pk for row in rows]}}]


# --- what a page costs ---------------------------------------------------------------------------------------------------


def test_a_new_market_starts_with_stories_and_guides_for_everybody(client, home):
    assert StoryPage.objects.live().count() >= 3
    assert GuidePage.objects.live().count() >= 5
    assert {guide.audience for guide in GuidePage.objects.all()} == {"farmer", "volunteer", "buyer"}
    for page in Page.objects.descendant_of(home, inclusive=True).live():
        assert client.get(page.specific.get_url()).status_code == 200
    ensure_site()
    assert StoryPage.objects.count() == 3


def test_the_first_pages_obey_the_limits_that_editors_have(home):
    for page in [*StoryPage.objects.all(), *GuidePage.objects.all(), *PlainPage.objects.all()]:
        page.full_clean()
        page.body.stream_block.clean(page.body)


def test_the_list_of_stories_costs_the_same_for_3_and_30(client, home, queries_of):
    few = queries_of(client.get, "/tin/")
    for number in range(27):
        write_story(
            title=f"Tin {number}", picture=editors_picture(), date=local_day() - timedelta(days=number % 5)
        )
    with_pictures = queries_of(client.get, "/tin/")
    assert (few, with_pictures) == (7, 8)
    first = client.get("/tin/")
    second = client.get("/tin/", {"sau": first.context["stories"].next})
    rows = [*first.context["stories"], *second.context["stories"]]
    assert len(rows) == len({row.pk for row in rows}) == 30
    assert [row.date for row in rows] == sorted((row.date for row in rows), reverse=True)


def test_a_guide_costs_the_same_for_1_and_9_pictures(client, home, queries_of):
    guide = GuidePage.objects.get(slug="chup-anh-hang-dep")

    def with_steps(count):
        value = {"heading": "Việc", "text": "<p>Làm</p>"}
        guide.body = [
            {"type": "step", "value": value | {"picture": editors_picture().pk}} for _ in range(count)
        ]
        guide.save()
        return queries_of(client.get, guide.get_url())

    assert with_steps(1) == with_steps(9) <= 12


@pytest.mark.parametrize("kind", ["products", "shops"])
def test_a_campaign_costs_the_same_for_1_and_12_featured(client, home, queries_of, kind):
    campaign = write_campaign()

    def pointing_at(count):
        campaign.body = [
            *featured("products", [ProductFactory() for _ in range(count)]),
            *featured("shops", [ShopFactory()]),
        ]
        if kind == "shops":
            campaign.body = featured("shops", [ShopFactory() for _ in range(min(count, 6))])
        campaign.save()
        return queries_of(client.get, campaign.get_url())

    assert pointing_at(1) == pointing_at(12) <= 13


def test_a_story_with_shop_goods_and_pictures_costs_a_handful(client, home, queries_of):
    product = ProductFactory()
    story = write_story(
        picture=editors_picture(),
        shop=product.shop,
        body=[
            *featured("products", [product]),
            *(
                {"type": "photo", "value": {"picture": editors_picture().pk, "caption": "Vườn"}}
                for _ in range(5)
            ),
        ],
    )
    assert queries_of(client.get, story.get_url()) <= 16


def test_the_front_page_costs_4_more_with_everything_editors_may_put_there(client, home, queries_of):
    StoryPage.objects.all().delete()
    bare = queries_of(client.get, "/")
    for number in range(4):
        write_story(title=f"Tin {number}", picture=editors_picture())
        write_campaign(title=f"Đợt {number}")
    assert queries_of(client.get, "/") <= bare + 1  # the sizes of all their pictures, at once
    assert bare <= 9


# --- what is shown -------------------------------------------------------------------------------------------------------


def test_what_closed_or_is_hidden_is_not_shown_and_stays_chosen(client, home):
    gone, there = ProductFactory(title="Na hết bán"), ProductFactory(title="Hồng còn bán")
    closed = ShopFactory(name="Vườn đã nghỉ")
    campaign = write_campaign(body=[*featured("products", [gone, there]), *featured("shops", [closed])])
    story = write_story(shop=closed)
    assert "Vườn đã nghỉ" in client.get(campaign.get_url()).content.decode()
    set_hidden(gone, True, by=SYSTEM)
    officer = RoleFactory(Role.COMMUNE_OFFICER, closed.village.parent)
    pause_shop(closed, by=officer, reason="Kiểm tra")
    page = client.get(campaign.get_url()).content.decode()
    assert "Hồng còn bán" in page
    assert "Na hết bán" not in page
    assert "Vườn đã nghỉ" not in page
    assert "Vườn đã nghỉ" not in client.get(story.get_url()).content.decode()
    kept = CampaignPage.objects.get(pk=campaign.pk).body[0].value["products"]
    assert list(kept) == [gone, there]


@pytest.mark.parametrize(
    ("since", "until", "words"),
    [
        (1, 9, "Đợt bán này chưa bắt đầu"),
        (-9, -1, "Đợt bán này đã hết"),
        (-9, 0, "Đến hết"),
        (0, 0, "Đến hết"),
    ],
)
def test_a_campaign_says_when_it_is_not_running(client, home, since, until, words):
    day = local_day()
    campaign = write_campaign(since=day + timedelta(days=since), until=day + timedelta(days=until))
    assert words in client.get(campaign.get_url()).content.decode()
    running = since <= 0 <= until
    assert (campaign in client.get("/").context["campaigns"]) is running


def test_the_chosen_campaign_stands_first_and_only_in_its_time(client, home):
    soon = write_campaign(title="Sắp hết", until=local_day())
    chosen = write_campaign(title="Được chọn", until=local_day() + timedelta(days=20))
    assert client.get("/").context["campaigns"] == [soon, chosen]
    HomePage.objects.update(campaign=chosen)
    assert client.get("/").context["campaigns"] == [chosen, soon]
    CampaignPage.objects.filter(pk=chosen.pk).update(
        until=local_day() - timedelta(days=1), since=local_day() - timedelta(days=2)
    )
    assert client.get("/").context["campaigns"] == [soon]


def test_a_campaign_does_not_end_before_it_begins(home):
    with pytest.raises(Exception, match="Ngày kết thúc"):
        write_campaign(since=local_day(), until=local_day() - timedelta(days=1))


def test_reasons_to_trust_are_editors_or_our_own(client, home):
    assert "Trưởng thôn đã xem" in client.get("/").content.decode()
    home.trust = [{"type": "card", "value": {"icon": "truck", "heading": "Giao tận ngõ", "text": "Xe nhà."}}]
    home.save()
    page = client.get("/").content.decode()
    assert "Giao tận ngõ" in page
    assert "Trưởng thôn đã xem" not in page


def test_guides_are_sorted_out_by_whom_they_speak_to(client, home):
    all_guides = client.get("/huong-dan/").context["guides"].rows
    for_buyers = client.get("/huong-dan/", {"cho": "nguoi-mua"}).context["guides"].rows
    assert [guide.audience for guide in for_buyers] == ["buyer"]
    assert len(all_guides) == GuidePage.objects.count()
    assert client.get("/huong-dan/", {"cho": "ai-do"}).context["guides"].rows == all_guides


def test_a_guide_can_be_printed_and_numbers_its_steps_only(client, home):
    guide = GuidePage.objects.get(slug="nhan-tien-bang-qr")
    assert [number for number, block in guide.numbered() if block.block_type == "step"] == [1, 2, 3]
    assert {number for number, block in guide.numbered() if block.block_type != "step"} == {0}
    page = client.get(guide.get_url()).content.decode()
    assert "data-print" in page
    assert "Đọc mã OTP cho bất kỳ ai" in page


def test_a_place_shows_its_introduction_for_one_query_more(client, home, queries_of):
    product = ProductFactory()
    commune = product.shop.village.parent
    addresses = [
        reverse("market:place", args=[commune.parent.slug, commune.slug]),
        reverse("market:place", args=[commune.parent.slug, commune.slug, product.shop.village.slug]),
    ]
    before = [queries_of(client.get, address) for address in addresses]
    intro = PlaceIntro.objects.create(
        place=commune, picture=editors_picture(), body=[("text", "<p>Na trên đá</p>")]
    )
    assert "Na trên đá" in client.get(addresses[0]).content.decode()
    assert "Na trên đá" not in client.get(addresses[1]).content.decode()
    after = [queries_of(client.get, address) for address in addresses]
    assert after == [before[0] + 1, before[1]]
    intro.unpublish()
    assert "Na trên đá" not in client.get(addresses[0]).content.decode()


# --- drafts, previews, moved pages ---------------------------------------------------------------------------------------


def test_drafts_are_nobodys_business(client, home):
    story, campaign = write_story(title="Bản nháp", live=False), write_campaign(title="Đợt nháp", live=False)
    for page in (story, campaign):
        assert client.get(f"/{'tin' if page is story else 'chien-dich'}/{page.slug}/").status_code == 404
    for address in ("/", "/tin/", "/chien-dich/", "/tin.xml", "/sitemap/trang-1.xml"):
        answer = client.get(address)
        html = b"".join(answer).decode()
        assert "nháp" not in html
        assert "ban-nhap" not in html


def test_a_change_that_waits_is_not_shown(client, home):
    story = write_story(title="Đã đăng")
    story.title = "Chưa đăng"
    story.save_revision()
    assert "Chưa đăng" not in client.get(story.get_url()).content.decode()


def test_a_renamed_page_redirects_and_so_do_the_pages_below(client, home, django_capture_on_commit_callbacks):
    for page, slug in ((StoryPage.objects.first(), "ten-moi"), (StoriesPage.objects.get(), "chuyen")):
        page.slug = slug
        with django_capture_on_commit_callbacks(execute=True):
            page.save_revision().publish()
    answer = client.get("/tin/cho-ban-mo-cua/", follow=True)
    assert answer.redirect_chain == [("/chuyen/ten-moi/", 301)]
    assert Redirect.objects.filter(automatically_created=True).count() >= 2


KINDS = [
    "homepage",
    "storiespage",
    "storypage",
    "guidespage",
    "guidepage",
    "campaignspage",
    "campaignpage",
    "plainpage",
]


@pytest.mark.parametrize("kind", KINDS)
def test_an_editor_opens_and_previews_each_kind_of_page(editor, kind):
    write_campaign(body=featured("products", [ProductFactory()]))
    page = Page.objects.filter(content_type__model=kind).first().specific
    assert editor.get(reverse("wagtailadmin_pages:edit", args=[page.pk])).status_code == 200
    page.title = "Xem trước thử"
    page.save_revision()
    seen = editor.get(reverse("wagtailadmin_pages:view_draft", args=[page.pk]))
    assert seen.status_code == 200
    assert "Xem trước thử" in seen.content.decode()


def test_the_preview_of_an_introduction_draws_the_place(admin):
    intro = PlaceIntro.objects.create(place=VillageFactory().parent, body=[("text", "<p>Na trên đá</p>")])
    intro.save_revision()
    seen = admin.get(
        reverse(
            PlaceIntro.snippet_viewset.get_url_name("revisions_view"),
            args=[intro.pk, intro.latest_revision_id],
        )
    )
    assert "Na trên đá" in seen.content.decode()


def test_every_block_shows_itself_before_it_is_chosen(editor, home):
    ProductFactory()
    editors_picture()
    stream_blocks = {
        child.definition_prefix: (name, child)
        for model in (StoryPage, GuidePage, PlainPage, HomePage)
        for field in ("body", "trust")
        if hasattr(model, field)
        for name, child in model._meta.get_field(field).stream_block.child_blocks.items()
    }
    assert len(stream_blocks) >= 18
    for prefix, (name, block) in stream_blocks.items():
        assert isinstance(block, Block)
        assert block.is_previewable, name
        assert block.get_description(), name
        assert block.label, name
        assert block.meta.icon not in ("", "placeholder"), name
        seen = editor.get(reverse("wagtailadmin_block_preview"), {"id": prefix})
        assert seen.status_code == 200, name
        assert "css/app.css" in seen.content.decode()


@pytest.mark.parametrize(
    ("value", "field"),
    [
        ({"label": "Xem", "page": None, "address": ""}, "address"),
        ({"label": "Xem", "page": None, "address": "javascript:alert(1)"}, "address"),
        ({"label": "Xem", "page": None, "address": "//xau.example"}, "address"),
        ({"label": "", "page": None, "address": "/cho/"}, "label"),
    ],
)
def test_a_link_leads_somewhere_and_says_where(value, field):
    block = blocks.LinkBlock()
    with pytest.raises(StructBlockValidationError) as refused:
        block.clean(block.to_python(value))
    assert field in refused.value.block_errors


def test_pages_stand_only_where_they_belong(home):
    assert StoryPage.allowed_parent_page_models() == [StoriesPage]
    assert StoriesPage.allowed_subpage_models() == [StoryPage]
    assert not StoryPage.allowed_subpage_models()
    assert HomePage.allowed_parent_page_models() == [Page]
    assert not StoriesPage.can_create_at(home)  # one is enough


# --- pictures that editors upload ----------------------------------------------------------------------------------------


def test_an_editors_upload_is_cleaned_and_gets_all_its_sizes(editor, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        answer = editor.post(
            reverse("wagtailimages:add"),
            {"title": "Đồi na", "file": photo((1600, 900), "PNG"), "collection": 1},
        )
    assert answer.status_code == 302, answer.context["form"].errors
    picture = Picture.objects.get(title="Đồi na")
    assert (picture.width, picture.height, picture.purpose, picture.ready) == (1280, 720, "editors", True)
    assert picture.file.name.endswith(".jpg")
    assert picture.renditions.count() == 7


def test_a_file_that_is_no_photo_is_refused_with_a_sentence(editor):
    bad = photo()
    bad.write(b"GIF89a nothing")
    bad.seek(0)
    answer = editor.post(reverse("wagtailimages:add"), {"title": "x", "file": bad, "collection": 1})
    assert answer.status_code == 200
    assert not Picture.objects.exists()


def test_editors_choose_from_their_own_pictures_only(editor):
    own = PictureFactory(purpose=Picture.Purpose.EDITORS)
    Picture.objects.filter(pk=own.pk).update(title="Ảnh biên tập")
    shop = ShopFactory()
    for purpose in (Picture.Purpose.EVIDENCE, Picture.Purpose.PRODUCT):
        other = PictureFactory(shop, purpose=purpose)
        Picture.objects.filter(pk=other.pk).update(title="Ảnh riêng")
    listed = editor.get(reverse("wagtailimages_chooser:choose")).json()["html"]
    assert "Ảnh biên tập" in listed
    assert "Ảnh riêng" not in listed
