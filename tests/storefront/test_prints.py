"""What a shop hangs up: one page, every letter, a QR that leads to it; for those who work in it, and nobody else."""

import re
import unicodedata
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO

import pypdfium2 as pdfium
import pytest
import zxingcpp
from django.test import override_settings
from django.urls import reverse
from PIL import Image, ImageChops

from catalog.queries import goods_to_print
from catalog.services import set_hidden
from common.actors import SYSTEM
from common.fonts import printable
from places.models import Kind, Role
from sellers.models import Picture, Shop
from sellers.queries import shop_to_print
from storefront.prints import sheets
from storefront.prints.facts import MOST_GOODS, Goods, ShopFacts, form_and_name, shop_facts
from storefront.prints.palette import MARKET, rgb
from storefront.short_links import short_address, spoken_address
from tests.factories import (
    CommuneFactory,
    ConsentFactory,
    PictureFactory,
    ProductFactory,
    ProvinceFactory,
    RoleFactory,
    ShopFactory,
    UserFactory,
    VillageFactory,
)

DESK = "/ban-hang/in-va-chia-se/"
SHEETS = list(sheets.SHEETS.values())
LONG = "Hợp tác xã Nông nghiệp hữu cơ Phụ nữ dân tộc Tày Nùng vùng cao Khuổi Lào Đèo Gia"
TEA = "Chè Shan tuyết cổ thụ sao tay loại một búp hai lá non hái trước ngày thanh minh"
MARKS = "Ẫ Ộ Ữ Ặ đ Đ ợ ẩ ỵ Ỹ ề Ằ ẵ ụ"


def facts(**said):
    plain = {"code": "7KQ2M9XHRT", "name": "Vườn nhà Sến", "tagline": "Hồng giòn trên núi đá"}
    place = {"village": "Bản Nà Pe", "above": "Xã Chi Lăng, Lạng Sơn"}
    return ShopFacts(**(plain | place | said))


GOODS = (Goods("Na dai", "45.000 ₫", "kg"), Goods("Mật ong bạc hà", "397.000 ₫", "chai"))
WORLDS = {
    "plain": facts(goods=GOODS),
    "bare": facts(tagline=""),
    "phone": facts(phone="0912 345 678"),
    "full": facts(name=LONG, tagline=(TEA * 2)[:120], goods=(Goods(TEA, "1.250.000 ₫", "gói"),) * 3, phone="0912 345 678"),
    "marks": facts(name=MARKS, goods=(Goods(MARKS, "45.000 ₫", "kg"),)),
    "one word": facts(name="W" * 80, goods=(Goods("W" * 80, "999.999.999.999 ₫", "bao tải"),) * 3),
    "far village": facts(village="Bản " + "Khuổi " * 19, above="Thị trấn Đồng Đăng, Thành phố Hồ Chí Minh"),
}  # fmt: skip


def text_of(data):
    """The words of a PDF of one page, in one line."""
    with pdfium.PdfDocument(data) as document:
        assert len(document) == 1
        said = document[0].get_textpage().get_text_range()
    return " ".join(unicodedata.normalize("NFC", said).replace("\u200b", "").split())


def letters_of(data):
    """The page's size and the box of every letter on it, in points."""
    with pdfium.PdfDocument(data) as document:
        page = document[0].get_textpage()
        boxes = [page.get_charbox(place) for place in range(page.count_chars())]
        return document[0].get_size(), [box for box in boxes if box[2] > box[0] and box[3] > box[1]]


def covers(one, other):
    """Whether two letters lie on each other by more than a quarter of the smaller one."""
    wide = min(one[2], other[2]) - max(one[0], other[0])
    tall = min(one[3], other[3]) - max(one[1], other[1])
    smaller = min((box[2] - box[0]) * (box[3] - box[1]) for box in (one, other))
    return wide > 0 and tall > 0 and wide * tall > smaller / 4


def letters(text):
    """Without spaces: where a line ends is the print's own business."""
    return re.sub(r"\s", "", unicodedata.normalize("NFC", text))


def read_qr(picture):
    return [found.text for found in zxingcpp.read_barcodes(picture.convert("L"))]


def rendered(data, scale=2):
    with pdfium.PdfDocument(data) as document:
        return document[0].render(scale=scale).to_pil()


# --- what stands on paper -------------------------------------------------------------------------------------------
@pytest.mark.parametrize("world", WORLDS)
@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.slug)
def test_a_print_is_one_page_with_every_letter_inside(sheet, world):
    said = WORLDS[world]
    data = sheets.pdf(sheet, said)
    words = letters(text_of(data))
    for wanted in (said.name, said.village, said.above, said.phone, spoken_address(said.code)):
        assert letters(wanted) in words
    for goods in said.goods:
        assert letters(goods.title) in words
        assert letters(goods.price) in words
    size, boxes = letters_of(data)
    for left, bottom, right, top in boxes:
        assert (left >= 8, right <= size[0] - 8, bottom >= 4, top <= size[1] - 4) == (True,) * 4
    for number, box in enumerate(boxes):  # neighbours may touch, as in "ff"
        assert not [other for other in boxes[number + 2 :] if covers(box, other)]


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.slug)
def test_a_prints_size_is_that_of_its_paper(sheet):
    with pdfium.PdfDocument(sheets.pdf(sheet, WORLDS["plain"])) as document:
        width, height = document[0].get_size()
    assert (round(width * 25.4 / 72), round(height * 25.4 / 72)) == (sheet.width, sheet.height)
    with Image.open(BytesIO(sheets.png(sheet, WORLDS["plain"]))) as picture:
        assert picture.width == pytest.approx(sheet.width / 25.4 * sheet.dpi, abs=2)
        assert picture.info["dpi"] == pytest.approx((sheet.dpi, sheet.dpi), abs=0.1)


@pytest.mark.parametrize("world", ["plain", "bare", "full"])
@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.slug)
def test_a_camera_reads_the_way_to_the_shop(sheet, world):
    said = WORLDS[world]
    with Image.open(BytesIO(sheets.png(sheet, said))) as picture:
        assert read_qr(picture) == [short_address(said.code)]
    assert read_qr(rendered(sheets.pdf(sheet, said))) == [short_address(said.code)]


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.slug)
def test_the_qr_is_black_on_white_of_level_m_or_better(sheet):
    with Image.open(
        BytesIO(sheets.png(sheet, facts(palette=MARKET | {"soft": "#ffe0e0", "brand": "#990000"})))
    ) as picture:
        found = zxingcpp.read_barcodes(picture.convert("L"))[0]
        corner = found.position.top_left
        module = (found.position.top_right.x - corner.x) / 29
        beside = picture.convert("RGB").getpixel(
            (round(corner.x - 3.5 * module), round(corner.y + 7 * module))
        )
        inside = picture.convert("RGB").getpixel((round(corner.x + module / 2), round(corner.y + module / 2)))
    assert found.ec_level in ("M", "Q", "H")
    assert (beside, inside) == ((255, 255, 255), (0, 0, 0))
    assert module * 25.4 / sheet.dpi >= 0.9  # mm: a cheap camera reads that from an arm's length


@pytest.mark.parametrize(
    "name",
    [
        "#panic()",
        "*x* $a$ _y_",
        '#import "a4.typ"',
        "<b>`#x` @ref // end",
        "\\u{41} ~ -- ...",
        '#read("/etc/passwd")',
        "= Sen [x] {y}",
    ],
)
def test_what_people_write_is_never_markup(name):
    said = facts(name=name, tagline=name, village=name, above=name, goods=(Goods(name, name, name),))
    words = letters(text_of(sheets.pdf(SHEETS[0], said)))
    assert words.count(letters(name)) >= 5


def test_a_phone_stands_on_paper_only_if_it_was_given():
    assert "Gọi" not in text_of(sheets.pdf(SHEETS[0], facts()))
    assert "0912 345 678" in text_of(sheets.pdf(SHEETS[0], facts(phone="0912 345 678")))


def test_a_print_wears_the_shops_colours():
    with Image.open(
        BytesIO(sheets.png(sheets.SHEETS["bien-cho"], facts(palette=MARKET | {"brand": "#27408f"})))
    ) as picture:
        assert picture.convert("RGB").getpixel((30, 30)) == rgb("#27408f")


def test_emoji_and_other_scripts_leave_no_empty_boxes():
    assert printable("  Đào 🍑 Sa Pa\u200b 桃 \n ngon ") == "Đào Sa Pa ngon"
    assert printable("Đồi chè") == "Đồi chè"  # combining marks are put together first


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("Hợp tác xã Nông sản Chi Lăng", ("Hợp tác xã", "Nông sản Chi Lăng")),
        ("HTX Bản Mới", ("HTX", "Bản Mới")),
        ("Hợp tác xã", ("", "Hợp tác xã")),
        ("HTXA", ("", "HTXA")),
        ("Vườn nhà Sến", ("", "Vườn nhà Sến")),
    ],
)
def test_what_kind_of_house_it_is_stands_small_above_its_name(name, parts):
    assert form_and_name(name) == parts


def test_many_may_print_at_once():
    with ThreadPoolExecutor(6) as pool:
        made = list(pool.map(lambda n: sheets.pdf(SHEETS[1], facts(name=f"Nhà số {n}")), range(12)))
    assert [f"Nhà số {n}" in text_of(data) for n, data in enumerate(made)] == [True] * 12


# --- a shop's facts -------------------------------------------------------------------------------------------------
@pytest.fixture
def shop(db):
    province = ProvinceFactory(name="Lạng Sơn")
    village = VillageFactory(CommuneFactory(province, name="Chi Lăng"), name="Nà Pe", kind=Kind.BAN)
    return ShopFactory(village, name="Vườn nhà Sến")


@pytest.fixture
def farmer(client, shop):
    client.force_login(shop.owner)
    return client


def said_by(shop, **how):
    found = shop_to_print(shop.pk)
    return shop_facts(found, goods_to_print(found), **how)


def test_a_poster_says_what_buyers_see(shop):
    for number in range(4):
        ProductFactory(shop, title=f"Món {number}", price=45_000, popularity=number)
    set_hidden(ProductFactory(shop, title="Ẩn", popularity=9), True, by=SYSTEM)
    said = said_by(shop)
    assert (said.name, said.village, said.above) == ("Vườn nhà Sến", "Bản Nà Pe", "Xã Chi Lăng, Lạng Sơn")
    assert [goods.title for goods in said.goods] == ["Món 3", "Món 2", "Món 1"][:MOST_GOODS]
    assert said.goods[0].price == "45.000\u00a0₫"
    assert (said.tagline, said.phone) == ("Nhà trồng, nhà hái", "")


def test_the_cover_is_on_the_poster_and_a_lost_file_is_no_reason_to_have_none(shop):
    shop.front.cover = PictureFactory(shop, purpose=Picture.Purpose.SHOP)
    shop.front.save()
    with_photo = rendered(sheets.pdf(SHEETS[0], said_by(shop)), 1)
    red, green, blue = with_photo.getpixel((300, 60))
    assert (red > 240, 120 < green < 200, blue < 30) == (True,) * 3  # the orange of the factory's photo
    shop.front.cover.file.storage.delete(shop.front.cover.file.name)
    drawn = rendered(sheets.pdf(SHEETS[0], said_by(shop)), 1)
    assert ImageChops.difference(with_photo, drawn).getbbox()
    assert read_qr(drawn.resize((drawn.width * 2, drawn.height * 2))) == [short_address(shop.public_code)]


# --- who may print --------------------------------------------------------------------------------------------------
def files(shop=None):
    name, args = ("village_prints", [shop.public_code]) if shop else ("prints", [])
    return [
        reverse(f"{name}:desk", args=args),
        *(reverse(f"{name}:{kind}", args=[*args, "to-a6"]) for kind in ("preview", "pdf", "png")),
    ]


def test_a_stranger_is_asked_to_sign_in(client, shop):
    for address in [*files(), *files(shop)]:
        answer = client.get(address)
        assert answer.status_code == 302
        assert "login" in answer["Location"]


def test_somebody_elses_shop_does_not_exist(client, shop):
    client.force_login(ShopFactory().owner)
    assert {client.get(address).status_code for address in files(shop)} == {404}
    client.force_login(UserFactory())
    assert {client.get(address).status_code for address in files()} == {403}


def test_a_farmer_prints_the_own_shop(farmer, shop):
    pages = [farmer.get(address) for address in files()]
    assert [page.status_code for page in pages] == [200] * 4
    assert [page["Content-Type"] for page in pages[1:]] == ["image/png", "application/pdf", "image/png"]
    assert pages[2]["Content-Disposition"] == f'attachment; filename="to-a6-{shop.slug}.pdf"'
    assert "no-store" in pages[2]["Cache-Control"]
    assert shop.name in text_of(pages[2].content)
    assert len(pages[1].content) < 60_000  # a preview travels on a weak line


@pytest.mark.parametrize("role", [Role.HEAD, Role.VOLUNTEER])
def test_the_village_prints_for_its_shops_but_never_the_phone(client, shop, role):
    client.force_login(RoleFactory(role, shop.village))
    pages = [client.get(address, {"dien-thoai": "1"}) for address in files(shop)]
    assert [page.status_code for page in pages] == [200] * 4
    assert "Gọi" not in text_of(pages[2].content)
    assert (
        reverse("village_prints:desk", args=[shop.public_code])
        in client.get(reverse("village:shop", args=[shop.public_code])).content.decode()
    )
    client.force_login(RoleFactory(role, VillageFactory(shop.village.parent)))
    assert {client.get(address).status_code for address in files(shop)} == {404}


def test_the_phone_is_printed_by_its_owners_tick_alone(client, shop):
    shop.owner.phone = "+84912345678"
    shop.owner.save()
    pdf = reverse("prints:pdf", args=["to-a4"])
    client.force_login(shop.owner)
    assert "0912" not in text_of(client.get(pdf).content)
    assert "0912 345 678" in text_of(client.get(pdf, {"dien-thoai": "1"}).content)
    assert f"{pdf}?dien-thoai=1" in client.get(DESK, {"dien-thoai": "1"}).content.decode()
    consent = ConsentFactory(shop, RoleFactory(Role.VOLUNTEER, shop.village))
    client.force_login(consent.agent)
    session = client.session
    session["acting"] = consent.pk
    session.save()
    page = client.get(DESK, {"dien-thoai": "1"})
    assert page.status_code == 200
    assert "0912" not in page.content.decode()
    assert "0912" not in text_of(client.get(pdf, {"dien-thoai": "1"}).content)


@pytest.mark.parametrize(
    "status", [Shop.Status.DRAFT, Shop.Status.REVIEW, Shop.Status.PAUSED, Shop.Status.CLOSED]
)
def test_a_shop_that_is_not_open_prints_nothing_and_is_told_why(client, db, status):
    shop = ShopFactory(status=status)
    client.force_login(shop.owner)
    desk, *others = files()
    page = client.get(desk)
    assert page.status_code == 200
    assert "Gian hàng chưa lên chợ" in page.content.decode()
    assert "to-a4" not in page.content.decode()
    refused = [client.get(address) for address in others]
    assert {answer.status_code for answer in refused} == {409}
    assert "chưa lên chợ" in refused[0].content.decode()


def test_there_is_no_other_sheet(farmer):
    assert farmer.get("/ban-hang/in-va-chia-se/to-a0.pdf").status_code == 404
    assert farmer.get("/ban-hang/in-va-chia-se/to-a4.svg").status_code == 404


@override_settings(SITE_URL="https://choban.vn")
def test_the_page_offers_all_ways_to_share(farmer, shop):
    html = farmer.get(DESK).content.decode()
    assert f'data-share="https://choban.vn{shop.get_absolute_url()}"' in html
    assert f'data-copy="https://choban.vn/q/{shop.public_code}"' in html
    assert f"choban.vn/q/{shop.public_code}<" in html
    assert "https://zalo.me/0" in html
    assert html.count('class="button') >= 2 * len(SHEETS) + 3
    assert DESK in farmer.get(reverse("shopfront:edit")).content.decode()


def test_the_page_costs_the_same_however_much_is_sold(farmer, shop, queries_of):
    few = queries_of(farmer.get, DESK)
    for _ in range(5):
        ProductFactory(shop)
    assert queries_of(farmer.get, DESK) == few
    assert few <= 6
    assert queries_of(farmer.get, files()[2]) <= 6


def test_a_preview_is_set_once_until_something_changes(farmer, shop, monkeypatch):
    made = []
    original = sheets._set
    monkeypatch.setattr(sheets, "_set", lambda *args: made.append(1) or original(*args))
    preview = files()[1]
    first = farmer.get(preview).content
    assert (farmer.get(preview).content, len(made)) == (first, 1)
    ProductFactory(shop)
    assert farmer.get(preview).content != first
    assert len(made) == 2
