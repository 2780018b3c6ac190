""" "Sửa gian hàng" on the phone: parts, questions, order, preview, review. The Wagtail admin edits the same revisions."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from catalog.services import approve_shop
from places.models import Role
from sellers import parts, services
from sellers.blocks import MOST_BLOCKS, SHOP_BLOCKS, youtube_id
from sellers.models import Picture, Shop, ShopFront
from sellers.plain_words import plain_text, rich_text
from sellers.starters import STARTERS
from tests.factories import (
    ConsentFactory,
    PictureFactory,
    ProductFactory,
    RoleFactory,
    ShopFactory,
    UserFactory,
    VillageFactory,
    photo,
)

pytestmark = pytest.mark.django_db
PAGE = "/ban-hang/gian-hang/"
STORY = {"heading": "Chuyện nhà mình", "text": "Nhà ở bản Đồng Mỏ.\nTrồng hồng ba đời."}


@pytest.fixture
def shop():
    return ShopFactory()


@pytest.fixture
def farmer(client, shop):
    client.force_login(shop.owner)
    return client


def draft(shop: Shop) -> ShopFront:
    return ShopFront.objects.get(shop=shop).get_latest_revision_as_object()


def kinds(shop: Shop) -> list[str]:
    return [block.block_type for block in draft(shop).body]


def part_id(shop: Shop, kind: str) -> str:
    return next(block.id for block in draft(shop).body if block.block_type == kind)


def add(client, kind: str, **said):
    return client.post(f"{PAGE}them/{kind}/", said)


def file(name: str = "v.jpg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, photo((800, 600)).read(), "image/jpeg")


# --- the first screen of the editor ---------------------------------------------------------------------------------
def test_the_editor_lists_every_part_with_its_words_and_costs_the_same_for_two_and_eight(
    farmer, shop, queries_of
):
    add(farmer, "story", **STORY)
    add(farmer, "delivery", **GOOD["delivery"])
    farmer.get(PAGE)  # which says what was saved, once
    few = queries_of(farmer.get, PAGE)
    for n in range(6):
        add(farmer, "question", question=f"Có ship không {n}?", answer="Có.")
    page = farmer.get(PAGE).content.decode()
    assert "Nhà ở bản Đồng Mỏ." in page
    assert "Có ship không 5?" in page
    assert queries_of(farmer.get, PAGE) == few <= 15


def test_what_the_farmer_writes_stays_a_draft_until_it_is_approved(farmer, shop):
    farmer.post(reverse("shopfront:head"), {"tagline": "Hồng giòn trên núi đá"})
    shop.front.refresh_from_db()
    assert shop.front.tagline != "Hồng giòn trên núi đá"
    assert draft(shop).tagline == "Hồng giòn trên núi đá"
    farmer.post(reverse("shopfront:hand_in"))
    approve_shop(shop, by=UserFactory(is_superuser=True))
    shop.front.refresh_from_db()
    assert shop.front.tagline == "Hồng giòn trên núi đá"


def test_a_page_sent_back_shows_the_reason(farmer, shop):
    farmer.post(reverse("shopfront:head"), {"tagline": "Hồng"})
    farmer.post(reverse("shopfront:hand_in"))
    services.return_shop(shop, by=UserFactory(is_superuser=True), reason="Ảnh mờ quá")
    assert "Ảnh mờ quá" in farmer.get(PAGE).content.decode()


# --- the top of the page --------------------------------------------------------------------------------------------
def test_cover_and_logo_are_cleaned_kept_and_taken_off_again(farmer, shop):
    head = reverse("shopfront:head")
    farmer.post(head, {"tagline": "", "cover": file(), "logo": file()})
    front = draft(shop)
    assert (front.cover.shop, front.logo.shop) == (shop, shop)
    farmer.post(head, {"tagline": "", "cover_drop": "on"})
    assert (draft(shop).cover, draft(shop).logo) == (None, front.logo)


def test_a_broken_photo_is_refused_at_its_field_and_the_words_stay(farmer):
    bad = SimpleUploadedFile("v.jpg", b"no photo", "image/jpeg")
    answer = farmer.post(reverse("shopfront:head"), {"tagline": "Hồng giòn", "cover": bad})
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["cover"])
    assert "Hồng giòn" in answer.content.decode()


# --- parts ----------------------------------------------------------------------------------------------------------
GOOD = {
    "notice": {"text": "Nghỉ gặt đến thứ Sáu"},
    "story": STORY,
    "people": {"heading": "Người trồng", "count": "1", "i0-name": "Bà Sen", "i0-words": "Chọn giống"},
    "harvest": {"heading": "Mùa", "count": "1", "i0-what": "Hồng", "i0-months": ["9", "10"]},
    "papers": {"heading": "Giấy", "text": ""},
    "market_days": {
        "heading": "Chợ",
        "count": "1",
        "i0-place": "Chợ Kỳ Lừa",
        "i0-days": "Ngày 2 và 7 âm lịch",
    },
    "delivery": {"days": "Thứ Ba", "text": "Gửi xe khách."},
    "question": {"question": "Có ship không?", "answer": "Có."},
    "video": {"heading": "Phim", "address": "https://youtu.be/abcdefghijk"},
}


@pytest.mark.parametrize("kind", [name for name, _block in SHOP_BLOCKS])
def test_every_kind_of_part_can_be_added_edited_and_seen_by_buyers(farmer, shop, kind):
    said = dict(GOOD.get(kind, {}))
    if kind == "cover":
        said = {"title": "Đầu mùa", "picture": file()}
    if kind == "gallery":
        said = {"heading": "Vườn", "count": "2", "i0-photo": file(), "i1-photo": file()}
    if kind == "featured":
        said = {"heading": "Mời", "codes": [ProductFactory(shop).public_code]}
    assert farmer.get(f"{PAGE}them/{kind}/").status_code == 200
    answer = farmer.post(f"{PAGE}them/{kind}/", said)
    assert answer.status_code == 302, answer.context["editor"].error or answer.content.decode()
    assert kinds(shop) == [kind]
    assert farmer.get(f"{PAGE}phan/{part_id(shop, kind)}/").status_code == 200
    assert farmer.get(f"{PAGE}xem-truoc/").status_code == 200
    farmer.post(reverse("shopfront:hand_in"))
    approve_shop(shop, by=UserFactory(is_superuser=True))
    assert farmer.get(shop.get_absolute_url()).status_code == 200


@pytest.mark.parametrize("kind", sorted(GOOD))
def test_opening_a_part_and_saving_it_changes_nothing(farmer, shop, kind):
    farmer.post(f"{PAGE}them/{kind}/", GOOD[kind])
    before = draft(shop).body.raw_data[0]["value"]
    farmer.post(f"{PAGE}phan/{part_id(shop, kind)}/", GOOD[kind])
    after = draft(shop).body.raw_data[0]["value"]
    assert _without_ids(after) == _without_ids(before)


def _without_ids(value):
    if isinstance(value, dict):
        return {name: _without_ids(inner) for name, inner in value.items() if name != "id"}
    return [_without_ids(inner) for inner in value] if isinstance(value, list) else value


def test_one_more_item_brings_an_empty_one_and_forgets_nothing(farmer, shop):
    answer = farmer.post(f"{PAGE}them/people/", GOOD["people"] | {"i0-picture": file(), "more": "1"})
    editor = answer.context["editor"]
    assert len(editor.items) == 2
    page = answer.content.decode()
    assert "Bà Sen" in page
    kept = Picture.objects.get(shop=shop, purpose=Picture.Purpose.SHOP)
    assert f'name="i0-picture_kept" value="{kept.pk}"' in page.replace("\n", " ")
    assert kinds(shop) == []


def test_an_empty_item_is_left_out_and_a_list_needs_one(farmer, shop):
    said = GOOD["people"] | {"count": "2", "i1-name": "", "i1-words": ""}
    farmer.post(f"{PAGE}them/people/", said)
    assert len(draft(shop).body[0].value["people"]) == 1
    answer = farmer.post(f"{PAGE}them/market_days/", {"heading": "Chợ", "count": "1"})
    assert (answer.status_code, answer.context["editor"].error) == (422, "Hãy ghi ít nhất một mục.")


def test_too_long_a_text_is_refused_at_its_field_and_stays(farmer):
    long = "Nghỉ gặt " * 40
    answer = farmer.post(f"{PAGE}them/notice/", {"text": long})
    assert (answer.status_code, list(answer.context["editor"].head.errors)) == (422, ["text"])
    assert long.strip() in answer.content.decode()


def test_a_part_without_its_photo_is_not_kept(farmer, shop):
    answer = farmer.post(f"{PAGE}them/cover/", {"title": "Đầu mùa"})
    assert (answer.status_code, kinds(shop)) == (422, [])


def test_a_neighbours_photo_does_not_exist_here(farmer, shop):
    stolen = PictureFactory(ShopFactory(), purpose=Picture.Purpose.SHOP)
    answer = farmer.post(f"{PAGE}them/cover/", {"title": "Đầu mùa", "picture_kept": stolen.pk})
    assert (answer.status_code, kinds(shop)) == (422, [])


def test_a_consent_paper_never_becomes_a_picture_of_the_page(farmer, shop):
    paper = PictureFactory(shop, purpose=Picture.Purpose.EVIDENCE)
    answer = farmer.post(f"{PAGE}them/cover/", {"title": "Đầu mùa", "picture_kept": paper.pk})
    assert (answer.status_code, kinds(shop)) == (422, [])


def test_a_neighbours_goods_cannot_be_featured(farmer):
    other = ProductFactory(ShopFactory())
    assert add(farmer, "featured", heading="Mời", codes=[other.public_code]).status_code == 422


def test_goods_that_left_the_shelf_are_not_shown_among_the_featured(farmer, shop, client):
    kept, gone = ProductFactory(shop, title="Hồng giòn"), ProductFactory(shop, title="Na dai")
    add(farmer, "featured", heading="Mời dùng thử", codes=[kept.public_code, gone.public_code])
    farmer.post(reverse("shopfront:hand_in"))
    approve_shop(shop, by=UserFactory(is_superuser=True))
    gone.delete()
    page = client.get(shop.get_absolute_url()).content.decode()
    assert page.count("Hồng giòn") > page.count("Na dai") == 0


def test_an_editors_bold_words_survive_a_save_on_the_phone(farmer, shop):
    services.save_front(
        shop,
        by=shop.owner,
        tagline="",
        body=[
            {
                "type": "story",
                "id": "s",
                "value": {"heading": "A", "text": "<p>Nhà <b>ba đời</b></p>", "picture": None},
            }
        ],
    )
    farmer.post(f"{PAGE}phan/s/", {"heading": "Đổi tên", "text": "Nhà ba đời"})
    value = draft(shop).body.raw_data[0]["value"]
    assert (value["heading"], value["text"]) == ("Đổi tên", "<p>Nhà <b>ba đời</b></p>")


def test_moving_taking_away_and_putting_back(farmer, shop):
    for kind in ("story", "delivery", "question"):
        add(farmer, kind, **GOOD[kind])
    farmer.post(reverse("shopfront:move", args=[part_id(shop, "question")]), {"up": "1"})
    assert kinds(shop) == ["story", "question", "delivery"]
    farmer.post(reverse("shopfront:move", args=[part_id(shop, "story")]), {"up": "1"})  # at the end already
    farmer.post(reverse("shopfront:drop", args=[part_id(shop, "question")]))
    assert kinds(shop) == ["story", "delivery"]
    farmer.post(reverse("shopfront:undo"))
    farmer.post(reverse("shopfront:undo"))
    assert kinds(shop) == ["story", "question", "delivery"]


def test_notices_stand_first_and_once(farmer, shop):
    add(farmer, "story", **STORY)
    add(farmer, "notice", text="Nghỉ gặt")
    assert kinds(shop) == ["notice", "story"]
    assert add(farmer, "notice", text="Lại nghỉ").status_code == 409
    assert "notice" not in [kind["name"] for kind in farmer.get(f"{PAGE}them/").context["kinds"]]


def test_a_page_has_room_for_twenty_parts(farmer, shop):
    body = [{"type": "question", "value": {"question": "?", "answer": "!"}}] * 6
    raw = [{"type": "story", "value": STORY | {"picture": None}}] * (MOST_BLOCKS - 6) + body
    assert parts.kinds_to_add(raw) == []


def test_made_up_parts_are_not_found(farmer):
    assert [
        farmer.get(f"{PAGE}them/banner/").status_code,
        farmer.get(f"{PAGE}phan/khong-co/").status_code,
    ] == [404, 404]


def test_signs_of_a_story_stay_letters():
    said = "Giá < 20k & ngon\n<script>alert(1)</script>"
    assert "<script>" not in rich_text(said)
    assert plain_text(rich_text(said)) == said


# --- one revision, two editors --------------------------------------------------------------------------------------
def test_two_peoples_changes_add_up(farmer, shop, client_of):
    helper = RoleFactory(Role.VOLUNTEER, shop.village)
    ConsentFactory(shop, helper)
    services.put_part(shop, "notice", {"text": "Nghỉ gặt"}, by=helper)
    add(farmer, "story", **STORY)
    assert kinds(shop) == ["notice", "story"]


def test_what_one_person_changes_in_an_hour_is_one_version(farmer, shop, time_machine):
    time_machine.move_to(timezone.now())
    add(farmer, "story", **STORY)
    add(farmer, "question", **GOOD["question"])
    assert shop.front.revisions.count() == 1
    time_machine.shift(timedelta(hours=2))
    add(farmer, "delivery", **GOOD["delivery"])
    assert shop.front.revisions.count() == 2


def test_a_version_under_review_is_never_overwritten_behind_the_heads_back(farmer, shop):
    head = RoleFactory(Role.HEAD, shop.village)
    add(farmer, "story", **STORY)
    farmer.post(reverse("shopfront:hand_in"))
    shop.front.refresh_from_db()
    seen = services.version_of(shop.front)
    add(farmer, "notice", text="Thêm sau khi gửi")
    with pytest.raises(Exception, match="không ở bước này"):
        approve_shop(Shop.objects.get(pk=shop.pk), by=head, seen=seen)


def test_an_unfinished_page_of_the_admin_is_not_handed_in(farmer, shop):
    front = ShopFront.objects.get(shop=shop)
    front.body = [{"type": "cover", "value": {"title": "Đầu mùa", "text": "", "picture": None}}]
    front.save_revision(user=shop.owner, clean=False)
    answer = farmer.post(reverse("shopfront:hand_in"))
    assert answer.status_code == 422
    assert "còn thiếu" in answer.content.decode()
    shop.front.refresh_from_db()
    assert not shop.front.workflow_in_progress


def test_only_a_farmer_who_is_the_head_publishes_alone(client, shop):
    publish = reverse("approval:publish")
    client.force_login(shop.owner)
    services.put_part(shop, "notice", {"text": "Nghỉ gặt"}, by=shop.owner)
    assert client.post(publish).status_code == 403
    RoleFactory(Role.HEAD, shop.village, shop.owner)
    assert "Đăng lên chợ" in client.get(PAGE).content.decode()
    assert client.post(publish).status_code == 302
    shop.front.refresh_from_db()
    assert shop.front.body[0].value["text"] == "Nghỉ gặt"


# --- open, away, resting --------------------------------------------------------------------------------------------
def test_a_holiday_counts_from_its_first_to_its_last_day(farmer, shop, time_machine):
    time_machine.move_to(timezone.now())
    today = timezone.localdate()
    said = {
        "opening": "holiday",
        "away_from": today + timedelta(1),
        "away_until": today + timedelta(2),
        "note": "Đi gặt",
    }
    assert farmer.post(reverse("shopfront:opening"), said).status_code == 302
    shop.refresh_from_db()
    resting = []
    for _day in range(4):
        resting.append(shop.is_away)
        time_machine.shift(timedelta(days=1))
    assert resting == [False, True, True, False]


@pytest.mark.parametrize(
    ("first", "last", "field"), [(None, 1, "away_from"), (2, 1, "away_until"), (-3, -1, "away_until"), (0, 200, "away_until")]
)  # fmt: skip
def test_days_that_make_no_holiday_are_refused_at_their_field(farmer, first, last, field):
    today = timezone.localdate()
    said = {"opening": "holiday", "away_until": today + timedelta(last)}
    said |= {} if first is None else {"away_from": today + timedelta(first)}
    answer = farmer.post(reverse("shopfront:opening"), said)
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, [field])


def test_a_resting_shop_is_seen_but_sells_nothing(farmer, shop, client_of):
    product = ProductFactory(shop)
    buyer = client_of()
    buyer.post("/gio/them/", {"product": product.public_code, "quantity": "1"})
    farmer.post(reverse("shopfront:opening"), {"opening": "paused", "note": "Nhà đi gặt"})
    page = buyer.get(shop.get_absolute_url()).content.decode()
    assert "Nhà đang nghỉ bán" in page
    assert "Nhà đi gặt" in page
    assert "Cho vào giỏ" not in buyer.get(product.get_absolute_url()).content.decode()
    assert (
        buyer.post("/gio/them/", {"product": product.public_code, "quantity": "1"}, follow=True).status_code
        == 422
    )
    assert "nhà đang nghỉ bán" in buyer.get("/gio/").content.decode()


def test_an_agent_without_the_page_in_the_leave_cannot_close_the_shop(client, shop):
    stranger = RoleFactory(Role.VOLUNTEER, shop.village)
    with pytest.raises(Exception, match="không có quyền"):
        services.set_opening(shop, "paused", by=stranger)


# --- a page that is never empty -------------------------------------------------------------------------------------
@pytest.mark.parametrize("code", sorted(STARTERS))
def test_a_new_shop_begins_with_words_a_look_and_valid_blocks(code):
    village = VillageFactory()
    volunteer = RoleFactory(Role.VOLUNTEER, village)
    shop = services.open_draft_shop(
        village, name="Vườn na", farmer_phone="+84912000003", farmer_name="Lý Thị Sen", by=volunteer, starter=code
    )  # fmt: skip
    front = ShopFront.objects.get(shop=shop)
    front.body.stream_block.clean(front.body)
    assert front.tagline
    assert len(front.body) >= 3
    assert front.theme == STARTERS[code].theme


# --- films ----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("address", "found"),
    [("https://www.youtube.com/watch?v=abcdefghijk&t=3", "abcdefghijk"), ("https://youtu.be/abcdefghijk?si=x", "abcdefghijk"),
     ("https://m.youtube.com/shorts/abcdefghijk", "abcdefghijk"), ("https://evil.example/watch?v=abcdefghijk", ""),
     ("https://youtube.com.evil.example/watch?v=abcdefghijk", ""), ("https://youtu.be/\"><script>", "")],
)  # fmt: skip
def test_only_films_of_youtube_are_known(address, found):
    assert youtube_id(address) == found


@given(st.text(max_size=60))
def test_no_text_at_all_breaks_the_reading_of_an_address(text):
    assert youtube_id(text) == "" or len(youtube_id(text)) == 11


def test_nothing_is_asked_of_the_films_host_before_the_tap(farmer, shop, client):
    add(farmer, "video", **GOOD["video"])
    farmer.post(reverse("shopfront:hand_in"))
    approve_shop(shop, by=UserFactory(is_superuser=True))
    page = client.get(shop.get_absolute_url()).content.decode()
    assert "<iframe" not in page
    assert 'data-film="https://www.youtube-nocookie.com/embed/abcdefghijk?autoplay=1"' in page
