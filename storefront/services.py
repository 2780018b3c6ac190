"""The page tree that a new installation starts with."""

from django.db import transaction
from wagtail.models import Page, Site

from storefront.models import HomePage, PlainPage

INTRODUCTION = (
    "Mua tận vườn, trả tiền thẳng cho người trồng. Mỗi gian hàng đều được trưởng thôn xem trước khi lên chợ."
)
PLAIN_PAGES = [
    (
        "Về Chợ Bản", "ve-cho-ban",
        "<p>Chợ Bản giúp các hộ ở bản làng bán nông sản của mình. Đoàn viên đến tận nhà mở gian hàng cùng bà con, trưởng thôn "
        "xem và duyệt trước khi gian hàng lên chợ.</p><p>Tiền hàng về thẳng tài khoản của người bán.</p>",
    ),
    (
        "Cách mua", "cach-mua",
        "<ol><li>Chọn hàng của một hay nhiều nhà vào giỏ.</li><li>Ghi tên, số điện thoại và nơi nhận. Không cần tài khoản.</li>"
        "<li>Mỗi nhà một mã VietQR: quét bằng ứng dụng ngân hàng, hoặc chọn trả tiền khi nhận hàng.</li>"
        "<li>Người bán gói và gửi. Nhận được hàng, bấm “Tôi đã nhận hàng”.</li></ol>",
    ),
    (
        "Quyền riêng tư", "quyen-rieng-tu",
        "<p>Tên, số điện thoại và nơi nhận của bạn chỉ người bán và người giao hàng thấy, để giao đúng đơn đó. Trang này không "
        "có quảng cáo, không theo dõi bạn.</p>",
    ),
]  # fmt: skip


@transaction.atomic
def ensure_site() -> HomePage:
    """The front page, a few plain pages and the site that serves them. Doing it again changes nothing."""
    home = HomePage.objects.first()
    if home is None:
        root = Page.get_first_root_node()
        Page.objects.filter(depth=2, slug="home").exclude(content_type__model="homepage").delete()
        root.refresh_from_db()
        home = root.add_child(instance=HomePage(title="Chợ Bản", slug="home", introduction=INTRODUCTION))
    Site.objects.update_or_create(
        is_default_site=True,
        defaults={"hostname": "localhost", "port": 80, "root_page": home, "site_name": "Chợ Bản"},
    )
    for title, slug, text in PLAIN_PAGES:
        if not PlainPage.objects.child_of(home).filter(slug=slug).exists():
            home.add_child(instance=PlainPage(title=title, slug=slug, body=[{"type": "text", "value": text}]))
    return home
