"""What the demo's buyers say about what they received, and what some households answer.

Written in bulk in the shape that `orders.reviews` writes; `manage.py self_check` proves that the stars agree.
"""

import random
from collections import defaultdict
from datetime import datetime, timedelta

from django.db.models import Count, Sum
from django.utils import timezone

from catalog.models import Product
from orders.models import OrderLine, Review
from orders.reviews import name_shown
from orders.states import State
from places.models import Place

SHARE = 0.3  # of the lines received, how many somebody wrote about
STARS, WEIGHTS = (5, 4, 3, 2, 1), (56, 27, 10, 5, 2)

GLAD = [
    "Hàng đúng như ảnh, gói kỹ, không dập quả nào.", "Lần thứ hai mua nhà này, vẫn ưng như lần đầu.",
    "Bác chủ nhà gọi hỏi han rồi mới gửi, quý lắm.", "Gửi chiều hôm trước, sáng hôm sau đã có. Cả nhà khen.",
    "Mua biếu bố mẹ, ông bà gọi điện bảo mua thêm.", "Cân đủ, còn cho thêm một ít. Cảm ơn nhà mình.", "",
    "Gói lá chuối thơm, mở ra là thấy quê.", "Tươi hơn hẳn ngoài chợ phố.", "Sẽ mua tiếp vụ sau.",
]  # fmt: skip
SO_SO = [
    "Hàng ổn, nhưng xe về chậm một ngày.", "Ngon, chỉ tiếc có vài cái bị dập lúc đi đường.", "Tạm được, không đều lắm.",
    "Giá hơi cao so với ngoài chợ, bù lại sạch.", "Gói hơi sơ sài, lần sau nhờ nhà gói thêm giấy.",
]  # fmt: skip
SORRY = [
    "Nhận hàng thì một phần ba đã hỏng, gọi mãi mới nghe máy.", "Không giống ảnh, nhỏ hơn nhiều.",
    "Đặt hai mà gửi thiếu nửa cân, gọi thì nhà có gửi bù nhưng mất thời gian.",
]  # fmt: skip
OF_KIND = {  # by the kind's slug, from buyers who were glad
    "trai-cay": ["Quả nhỏ nhưng ngọt đậm, để hai hôm chín đều.", "Chín cây thật, thơm từ lúc mở thùng.",
                 "Trẻ con nhà mình ăn hết trong một buổi."],
    "mat-ong": ["Mật sánh, thơm mùi hoa rừng, không gắt.", "Pha với chanh ấm mỗi sáng, đỡ ho hẳn."],
    "che": ["Nước xanh, vị chát nhẹ rồi ngọt về sau.", "Pha ba nước vẫn còn thơm."],
    "gao-nep": ["Cơm dẻo, nguội vẫn mềm, thơm cả bếp.", "Đồ xôi hạt căng bóng, không bị nát."],
    "rau-cu": ["Rau non, luộc lên ngọt nước.", "Củ chắc, rửa qua là dùng được, không sượng."],
    "gia-vi": ["Thơm nức, một ít là đủ nồi phở.", "Khô đều, không mốc, để lâu vẫn thơm."],
    "gia-cam": ["Thịt chắc, da giòn, luộc lên vàng ươm.", "Gà thả đồi thật, nước luộc ngọt."],
    "trung": ["Lòng đỏ đậm, không vỡ quả nào.", "Trứng mới, rán lên thơm."],
    "do-che-bien": ["Vị vừa miệng, không mặn quá.", "Thơm mùi khói bếp, ăn với cơm nóng hết sẩy."],
    "hat": ["Hạt bùi, mẩy, ít hạt lép.", "Rang lên thơm, cả nhà ngồi ăn hết."],
    "thu-cong": ["Đường thêu đều, màu đẹp hơn trong ảnh.", "Làm tay tỉ mỉ, mua làm quà ai cũng thích."],
}  # fmt: skip
THANKS = [
    "Cảm ơn bạn đã mua. Vụ sau nhà báo sớm nhé.", "Cảm ơn bạn, nhà mừng lắm!", "Dạ cảm ơn, lần sau nhà chọn quả to hơn nữa.",
    "Bạn thích là nhà vui rồi. Có dịp lên bản ghé nhà uống nước.",
]  # fmt: skip
AMENDS = [
    "Xin lỗi bạn, hôm đó xe gặp mưa. Nhà đã gửi bù phần dập, bạn nhận giúp.",
    "Nhà xin lỗi. Từ nay nhà lót thêm lá và giấy cho khỏi dập.", "Nhà xin lỗi vì để bạn phải chờ. Lần sau nhà báo trước giờ xe chạy.",
]  # fmt: skip
ADVERT = "Ai cần mua sỉ gọi mình, giá rẻ hơn ở đây, đặt cọc trước giao tận nhà."


def write(chance: random.Random, commune: Place) -> int:
    """Reviews of what was received, some with an answer, one of the commune's reported. Returns how many."""
    received = OrderLine.objects.filter(order__state=State.DELIVERED).order_by("pk")
    lines = received.select_related("order", "product__category")
    said_of: dict[int, set[str]] = defaultdict(set)
    reviews = [_review(line, said_of[line.product_id], chance) for line in lines if chance.random() < SHARE]
    near = [row for row in reviews if row.order.commune_id == commune.pk]
    if near:
        near[-1].stars, near[-1].text, near[-1].answer, near[-1].answered_at = 1, ADVERT, "", None
        near[-1].reported_at = near[-1].created_at + timedelta(hours=1)
        near[-1].report_reason = "Người bán báo: Quảng cáo, mời mua chỗ khác."
    Review.objects.bulk_create(sorted(reviews, key=lambda row: row.created_at))
    sums = Review.objects.shown().values("product").annotate(sum=Sum("stars"), count=Count("pk"))
    for row in sums.order_by("product"):
        Product.objects.filter(pk=row["product"]).update(rating_sum=row["sum"], rating_count=row["count"])
    return len(reviews)


def _review(line: OrderLine, said: set[str], chance: random.Random) -> Review:
    order = line.order
    stars = chance.choices(STARS, WEIGHTS)[0]
    text = _text(stars, line.product.category.slug, said, chance)
    hours = chance.randint(3, 24 * 6)
    at = _past(order.delivered_at or order.created_at, hours)
    answered = bool(text) and chance.random() < (0.35 if stars >= 4 else 0.6)
    return Review(
        shop_id=order.shop_id, product_id=line.product_id, order=order, stars=stars, text=text,
        author=name_shown(order.name), created_at=at,
        answer=chance.choice(THANKS if stars >= 4 else AMENDS) if answered else "",
        answered_at=_past(at, chance.randint(1, 30)) if answered else None,
    )  # fmt: skip


def _text(stars: int, kind: str, said: set[str], chance: random.Random) -> str:
    """Words that fit the stars and the kind of goods, each sentence once for a product while there are new ones."""
    known = [*OF_KIND.get(kind, []), *GLAD] if stars >= 4 else SO_SO if stars == 3 else SORRY
    text = chance.choice([sentence for sentence in known if sentence not in said] or [""])
    said.add(text)
    return text


def _past(start: datetime, hours: int) -> datetime:
    return min(start + timedelta(hours=hours), timezone.now())
