"""What a new shop's page says before anybody has written a word, by what the household makes.

A starter is honest for any household of its kind: no place, no figure, no claim that somebody would have to prove.
"""

from dataclasses import dataclass, field
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from sellers.themes import DEFAULT


@dataclass(frozen=True)
class Starter:
    """A template for one kind of household: its name on the form, the look, the first sentence, the blocks."""

    code: str
    name: Promise
    icon: str
    theme: str
    tagline: str
    story: str
    delivery: tuple[str, str]
    questions: list[tuple[str, str]] = field(default_factory=list)
    parts: tuple[str, ...] = ()

    def body(self) -> list[dict[str, Any]]:
        """The page's blocks, raw, in the order buyers read them."""
        days, how = self.delivery
        blocks = [
            {
                "type": "story",
                "value": {"heading": "Chuyện nhà mình", "text": f"<p>{self.story}</p>", "picture": None},
            }
        ]
        blocks += [{"type": kind, "value": dict(PART_VALUES[kind])} for kind in self.parts]
        blocks.append({"type": "delivery", "value": {"days": days, "text": how}})
        blocks += [{"type": "question", "value": {"question": q, "answer": a}} for q, a in self.questions]
        return blocks  # fmt: skip


PART_VALUES: dict[str, dict[str, Any]] = {
    "harvest": {"heading": "Lịch thu hoạch", "crops": []},
    "papers": {
        "heading": "Giấy chứng nhận của nhà",
        "text": "Giấy nào cũng đã được cán bộ xã xem bản gốc.",
    },
}

STARTERS: dict[str, Starter] = {
    starter.code: starter
    for starter in (
        Starter(
            "orchard", _("Vườn cây ăn quả"), "leaf", "cam",
            "Quả chín trên cây, hái sáng gửi chiều",
            "Nhà mình chăm vườn quanh năm: tỉa cành sau vụ, bao quả khi trời nắng gắt, chín tới đâu hái tới đó. "
            "Quả xấu để lại nhà ăn, quả gửi đi nhà chọn từng quả một.",
            ("Thứ Ba và thứ Sáu hằng tuần", "Xếp hộp lót giấy, gửi xe khách trong ngày. Quả dập hỏng, chụp ảnh gửi nhà, nhà gửi bù."),
            [("Quả để được bao lâu?", "Để nơi thoáng mát được ba đến năm ngày. Quả còn ương thì để lâu hơn."),
             ("Có bán cả thùng không?", "Có. Ghi ở lời nhắn khi đặt, nhà gọi lại bàn giá thùng.")],
            ("harvest",),
        ),
        Starter(
            "honey", _("Mật ong"), "droplet", "mat",
            "Mật quay tại nhà, không pha",
            "Đàn ong của nhà ăn hoa rừng và hoa vườn quanh bản. Đến kỳ mới mở thùng lấy mật, lọc qua vải rồi đóng chai, "
            "mùa hoa nào mật thơm mùi ấy.",
            ("Thứ Hai và thứ Năm hằng tuần", "Chai bọc giấy, chèn rơm, gửi bưu điện hoặc xe khách. Vỡ trên đường, nhà gửi lại chai khác."),
            [("Mật để được bao lâu?", "Đậy kín, để nơi mát, tránh nắng. Trời lạnh mật có thể đóng đường, ngâm nước ấm là tan."),
             ("Trẻ nhỏ dùng được không?", "Trẻ dưới một tuổi không dùng mật ong.")],
            ("harvest",),
        ),
        Starter(
            "livestock", _("Gà, lợn, cá nuôi thả"), "paw", "la",
            "Nuôi thả vườn, ăn ngô thóc nhà trồng",
            "Gà lợn nhà mình thả vườn đồi, ăn ngô, rau và thóc nhà làm ra. Nuôi đủ tháng mới bán, đặt trước thì nhà bắt đúng hôm khách cần.",
            ("Đặt trước hai ngày", "Làm sạch sáng sớm, ướp đá, gửi trong buổi. Ở xa thì nhận tại điểm hẹn ngày chợ phiên."),
            [("Có làm sẵn không?", "Có. Nhà làm sạch, hút kín, ghi ngày làm trên túi."),
             ("Đặt cả con hay nửa con?", "Cả hai đều được, ghi ở lời nhắn khi đặt hàng.")],
        ),
        Starter(
            "herbs", _("Gia vị, thảo mộc, chè"), "leaf", "la",
            "Hái trên nương, phơi nắng, đóng gói tại bản",
            "Nhà mình hái vào buổi sáng khi sương vừa tan, phơi nắng hoặc sao chảo gang, đóng gói ngay khi còn thơm. Mỗi gói ghi ngày làm.",
            ("Thứ Ba và thứ Sáu hằng tuần", "Gói kín, để được lâu nên gửi bưu điện đi cả nước."),
            [("Bảo quản thế nào?", "Đậy kín, để nơi khô ráo. Mở gói rồi thì dùng trong ba tháng cho còn thơm.")],
            ("harvest",),
        ),
        Starter(
            "handicraft", _("Đồ thủ công, thổ cẩm"), "hand", "cham",
            "Làm bằng tay, mỗi món một khác",
            "Đường kim mũi chỉ bà truyền cho mẹ, mẹ truyền cho con. Vải tự dệt, màu nhuộm từ cây quanh nhà, "
            "nên không có hai món giống hệt nhau.",
            ("Thứ Năm hằng tuần", "Gói giấy, bọc chống ẩm, gửi bưu điện. Hàng đặt may theo số đo thì nhà hẹn ngày xong."),
            [("Giặt thế nào cho bền màu?", "Giặt tay nước lạnh, phơi chỗ râm. Lần đầu màu nhuộm cây có thể thôi nhẹ."),
             ("Đặt theo cỡ được không?", "Được. Ghi cỡ và màu ở lời nhắn, nhà gọi lại hẹn ngày.")],
        ),
        Starter(
            "cooperative", _("Hợp tác xã"), "users", "la",
            "Nhiều nhà cùng làm, một cách làm chung",
            "Các hộ trong hợp tác xã cùng một quy trình: chung lịch chăm, chung sổ ghi, cùng phân loại và đóng gói một chỗ. "
            "Hàng của hộ nào có mã của hộ ấy.",
            ("Gửi hằng ngày, trừ Chủ nhật", "Đóng thùng tại kho, gửi xe khách hoặc xe tải ghép. Đơn lớn xin gọi trước một tuần."),
            [("Có xuất hóa đơn không?", "Có. Ghi tên và mã số thuế ở lời nhắn khi đặt hàng."),
             ("Mua số lượng lớn thì sao?", "Xin gọi điện, hợp tác xã báo giá theo số lượng và ngày giao.")],
            ("papers", "harvest"),
        ),
    )
}  # fmt: skip
CHOICES = [(starter.code, starter.name) for starter in STARTERS.values()]
NONE = Starter("", _("Để trống"), "store", DEFAULT, "", "", ("", ""))
