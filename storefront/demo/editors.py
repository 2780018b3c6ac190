"""What the demo's editors have written: pictures in the stories, a campaign that runs, introductions, menus, legal facts."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.conf import settings
from wagtail.models import Site

from catalog.models import Category, Product
from catalog.queries import in_season
from common.days import local_day
from places.models import Place
from sellers.models import Picture, Shop
from storefront.models import (
    CampaignPage,
    CampaignsPage,
    GuidePage,
    GuidesPage,
    HomePage,
    StoriesPage,
    StoryPage,
)
from storefront.site_models import Operator, PlaceIntro, SiteMenus

INTROS = {  # code of the place: its words
    "20": "<p>Núi đá vôi, thung lũng hẹp, sương xuống sớm. <b>Lạng Sơn</b> nổi tiếng vì na Chi Lăng, hồng vành khuyên, "
    "quýt Bắc Sơn và hoa hồi.</p><p>Vườn nào cũng nhỏ, hái bằng tay, gánh xuống đường lớn từ lúc gà gáy.</p>",
    "06463": "<p>Na trồng trên sườn đá, gốc bám vào kẽ, quả chín rộ từ tháng Bảy. Bà con kéo na xuống núi bằng dây cáp tự làm.</p>",
}


def write(home: HomePage, shops: Sequence[Shop], views: Sequence[Picture]) -> None:
    """Everything below, for a market that `ensure_site` has set up. `views` are landscapes; none in tests."""
    _story_of_a_shop(shops[0], views)
    for number, story in enumerate(StoryPage.objects.filter(picture=None).order_by("-date")):
        story.picture = views[(number + 1) % len(views)] if views else None
        story.save()
    _photos_in_a_guide()
    _campaign(home, shops, views)
    for number, (code, text) in enumerate(INTROS.items()):
        place = Place.objects.get(level=1 if len(code) == 2 else 2, code=code)
        picture = views[(number + 4) % len(views)] if views else None
        PlaceIntro.objects.create(place=place, picture=picture, body=[("text", text)])
    _frame(home)


def _story_of_a_shop(shop: Shop, views: Sequence[Picture]) -> None:
    village, commune = shop.village, shop.village.parent
    story = StoryPage(
        title=f"Một sáng ở {shop.name}",
        slug="mot-sang-o-vuon",
        date=local_day(),
        author_line=f"Đoàn viên {village.full_name}",
        summary="Năm giờ sáng, sương còn đặc. Cả nhà đã ở trên đồi, vì chuyến xe chiều không đợi ai.",
        picture=views[0] if views else None,
        shop=shop,
        body=_blocks(
            ("text", f"<p>Đường lên vườn ở {village.full_name}, {commune.full_name if commune else ''} dốc như mái nhà. Chủ vườn "
                "đi trước, tay gạt cỏ, miệng dặn: “Hái quả nào thì đỡ quả ấy, đừng để rơi xuống sọt.”</p>"
                "<h2>Bốn đơn trong một đêm</h2><p>Tối qua có bốn người đặt, hai người ở tận Hà Nội. Cả nhà đọc đi đọc lại tên "
                "khách trên điện thoại như đọc thư.</p>"),
            ("quote", {"text": "Trước gánh ra chợ, ai trả bao nhiêu cũng bán. Giờ tôi ghi giá của tôi, người ta vẫn mua.", "who": "Chủ vườn"}),
            ("text", "<p>Chín giờ, quả đã nằm yên trong thùng lót rơm. Mười một giờ, thùng lên xe. Trên mỗi nắp có một dòng chữ "
                "viết tay: “Nhà trồng, nhà hái. Ăn có ngọt thì nhắn nhà một câu.”</p>"),
            ("products", {"heading": "Hàng của nhà này", "products": _ids(Product.objects.on_sale().filter(shop=shop)[:4])}),
        ),
    )  # fmt: skip
    StoriesPage.objects.get().add_child(instance=story)


def _photos_in_a_guide() -> None:
    """The guide to photos shows photos, if the demo has drawn any."""
    pictures = [kind.picture for kind in Category.objects.exclude(picture=None).select_related("picture")[:3]]
    guide = GuidePage.objects.get(slug="chup-anh-hang-dep")
    steps = [block for block in guide.body if block.block_type == "step"]
    for block, picture in zip(steps[1:], pictures, strict=False):
        block.value["picture"] = picture
    guide.save()


def _campaign(home: HomePage, shops: Sequence[Shop], views: Sequence[Picture]) -> None:
    campaign = CampaignPage(
        title="Mùa nào thức ấy: quà bản tháng này",
        slug="qua-ban-thang-nay",
        since=local_day() - timedelta(days=3),
        until=local_day() + timedelta(days=27),
        lead="Những món đang thu hoạch ở các bản, chọn từ vườn của từng nhà. Gom đơn một chuyến xe cho rẻ tiền gửi.",
        picture=views[3 % len(views)] if views else None,
        body=_blocks(
            ("text", "<p>Tháng này trên núi đang hái những món dưới đây. Mỗi nhà chỉ có chừng ấy, ai đặt trước được chọn quả trước.</p>"),
            ("products", {"heading": "Đang hái ở vườn", "products": _ids(in_season(8) or Product.objects.on_sale()[:8])}),
            ("note", {"kind": "good", "text": "Mua của ba nhà cùng một xã, hỏi nhà gửi chung một thùng: tiền xe nhẹ hẳn."}),
            ("shops", {"heading": "Những nhà nên ghé", "shops": _ids(shops[:3])}),
            ("question", {"question": "Hàng gửi ngày nào?", "answer": "<p>Mỗi nhà có ngày gửi riêng, ghi ở trang gian hàng. Đặt trước ngày gửi một hôm là kịp.</p>"}),
        ),
    )  # fmt: skip
    CampaignsPage.objects.get().add_child(instance=campaign)
    home.campaign = campaign
    home.save()


def _frame(home: HomePage) -> None:
    site = Site.objects.get(is_default_site=True)
    operator = Operator.for_site(site)
    operator.name, operator.tax_number = settings.OPERATOR_NAME, "DEMO-0123456789"
    operator.address, operator.email = "Số 1 phố Chợ, xã Chi Lăng, tỉnh Lạng Sơn", "lienhe@choban.example"
    operator.responsible, operator.registration = "Hoàng Văn Mẫu", "DEMO-TMĐT-001"
    operator.registered_on = local_day().replace(month=1, day=5)
    operator.save()
    menus = SiteMenus.for_site(site)
    stories, guides = StoriesPage.objects.get(), GuidesPage.objects.get()
    menus.main = _blocks(("link", _to(stories)), ("link", _to(guides)))
    menus.foot = _blocks(
        ("column", {"heading": "Mua hàng", "links": [_at("Hàng đang bán", "/cho/"), _at("Đơn của tôi", "/don/"), _at("Cách mua", "/cach-mua/")]}),
        ("column", {"heading": "Chợ Bản", "links": [_at("Về Chợ Bản", "/ve-cho-ban/"), _to(stories), _to(guides), _at("Quyền riêng tư", "/quyen-rieng-tu/")]}),
    )  # fmt: skip
    menus.save()


def _blocks(*blocks: tuple[str, Any]) -> list[dict[str, Any]]:
    return [{"type": kind, "value": value} for kind, value in blocks]


def _ids(rows: Any) -> list[int]:
    return [row.pk for row in rows]


def _to(page: Any) -> dict[str, Any]:
    return {"label": "", "page": page.pk, "address": ""}


def _at(label: str, address: str) -> dict[str, Any]:
    return {"label": label, "page": None, "address": address}
