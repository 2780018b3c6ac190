"""What the demo's sellers say, by trade: shop names, openings, stories, how they send. All of it is made up.

`{}` in a shop's name is the farmer's given name; `{n}` in a story a small number, `{village}` where they live.
"""

from dataclasses import dataclass, field

FRESH = [
    ("Thứ Ba và thứ Sáu hằng tuần", "Hái sáng, gửi xe khách buổi chiều, sáng hôm sau tới Hà Nội. Hàng mau hỏng thì lót lá, đóng thùng xốp."),
    ("Ngày nào cũng gửi, trừ ngày mưa to", "Gửi xe khách từ đầu bản, nhắn biển số và số của lái xe để khách đón."),
    ("Thứ Hai, thứ Tư và thứ Bảy", "Khách gần nhận ở điểm bưu điện xã. Khách xa gửi xe đêm, sáng ra có hàng."),
]  # fmt: skip
DRY = [
    ("Ngày nào cũng gửi, trừ Chủ nhật", "Gửi bưu điện xã, ba đến năm ngày tới nơi. Gói hai lớp chống ẩm."),
    ("Thứ Năm hằng tuần", "Gom đơn gửi bưu điện một lần cho đỡ tiền. Cần gấp thì gửi xe khách, tiền xe khách trả."),
    ("Sau mỗi phiên chợ", "Chợ phiên năm ngày một lần, tan chợ là nhà mang hàng ra bưu điện luôn."),
]
COLD = [
    ("Thứ Tư và thứ Bảy", "Làm buổi sáng, hút chân không, ướp đá gửi xe khách, tối tới Hà Nội. Nhận hàng xong cho ngay vào tủ lạnh."),
    ("Theo đơn, báo trước một ngày", "Trong xã thì giao tận nhà. Xa hơn thì gửi xe có thùng lạnh, tiền xe báo trước khi gửi."),
]  # fmt: skip
QUESTIONS = [
    ("Mua ít có gửi không?", "Có. Ít cũng gửi, tiền xe tính riêng và báo trước."),
    ("Hàng dập, hỏng dọc đường thì sao?", "Chụp ảnh gửi trong ngày, nhà gửi bù hoặc trả lại tiền phần hỏng."),
    ("Có đến tận nhà mua được không?", "Được. Gọi trước để nhà giữ chó và đun nước."),
    ("Mua nhiều có bớt không?", "Từ đơn thứ hai trong tháng nhà bớt tiền xe. Mua chung cả ngõ thì gọi, nhà tính lại."),
    ("Có gửi vào Nam không?", "Hàng khô thì gửi được, năm ngày tới nơi. Hàng tươi nhà chỉ dám gửi ra đến Vinh."),
    ("Trả tiền khi nhận hàng được không?", "Được, nhưng xin trả trước với đơn lớn, vì nhà phải bỏ tiền xe."),
    ("Bao giờ có hàng lại?", "Xem tháng mùa ghi ở từng món. Ngoài mùa nhà không bán hàng nơi khác thay vào."),
]


@dataclass(frozen=True)
class Trade:
    """How households that live from one kind of produce name themselves and talk. `sending` is (days, how)."""

    names: list[str]
    taglines: list[str]
    stories: list[str]
    sayings: list[str]  # one is added to what a product's description says
    together: str  # how a co-operative of this trade is called, before the commune's name
    sending: list[tuple[str, str]] = field(default_factory=lambda: DRY)


ORCHARD = Trade(
    names=["Vườn nhà {}", "Vườn đồi nhà {}", "Vườn quả nhà {}"],
    taglines=[
        "Nhà trồng, nhà hái, gửi đi trong ngày", "Mùa nào quả nấy, hết mùa thì nghỉ", "Ba đời làm vườn dưới chân núi đá",
        "Chín trên cây mới hái", "Hái sáng, gói trưa, chiều lên xe",
    ],
    stories=[
        "<p>Nhà tôi có {n} sào vườn trên sườn núi đá, trồng từ thời ông nội. Đất ít, nước khe, nên quả nhỏ nhưng đậm.</p>"
        "<p>Từ ngày đoàn viên đến giúp mở gian hàng, nhà đỡ phải gánh hàng ra chợ từ ba giờ sáng.</p>",
        "<p>Vườn có hơn {n}0 gốc, nhà tự ủ phân, cỏ thì phát tay. Năm ngoái sương muối mất gần nửa vụ, năm nay cây lại sai.</p>"
        "<p>Quả nào xấu mã nhà để ăn, gửi khách thì chọn quả lành.</p>",
        "<p>Vườn ở {village}, từ đường cái đi bộ vào mất {n} phút, xe máy không lên được nên quả nào cũng gùi trên lưng xuống.</p>"
        "<p>Khách đặt hôm trước, sáng hôm sau cả nhà mới hái.</p>",
        "<p>Trước đây cả vườn bán mão cho lái buôn, được mùa thì mất giá. Giờ bán từng cân, tôi biết quả của mình đến nhà ai.</p>"
        "<p>Ai khen ai chê tôi đều ghi vào sổ, mùa sau làm cho tốt hơn.</p>",
    ],
    sayings=["Đặt trước một ngày để nhà kịp hái.", "Nhà chọn quả lành, lót lá, xếp từng lớp.", "Hái theo đơn, không để kho."],
    together="Cây ăn quả",
    sending=FRESH,
)  # fmt: skip
BEES = Trade(
    names=["Mật nhà {}", "Ong nhà {}", "Trại ong nhà {}"],
    taglines=["Mật mùa nào ghi rõ mùa ấy", "Quay ít, chừa phần cho ong"],
    stories=[
        "<p>Nhà tôi đặt {n}0 đõ ong ven rừng, mỗi năm quay mật vài lần, chừa lại đủ cho ong qua mùa rét.</p>"
        "<p>Mật để lâu có thể đóng đường dưới đáy chai, đó là chuyện thường.</p>",
        "<p>Bố tôi bắt ong từ hốc đá về nuôi, đến nay đã hơn {n} năm. Hoa nở đâu ong theo đấy, mỗi đợt mật một màu.</p>"
        "<p>Chai nào cũng dán ngày quay mật.</p>",
    ],
    sayings=["Chai thủy tinh, gói chống vỡ.", "Ghi ngày quay mật trên nhãn."],
    together="Ong mật",
)
TEA = Trade(
    names=["Chè nhà {}", "Đồi chè nhà {}"],
    taglines=["Hái sớm, sao tay, gói trong ngày", "Một tôm hai lá", "Chè nhà uống thế nào, gửi khách thế ấy"],
    stories=[
        "<p>Đồi chè nhà tôi có {n} sào, hái tay lúc còn sương rồi sao ngay trong buổi.</p>"
        "<p>Mở gói rồi thì cất hũ kín, uống trong hai tháng là ngon nhất.</p>",
        "<p>Mẹ tôi dạy nghe tiếng chè trong chảo mà biết lửa. Sao máy thì nhanh, nhưng mẻ sao tay vẫn để dành cho khách quen.</p>"
        "<p>Muốn uống thử trước, cứ nhắn, nhà gửi kèm một gói con.</p>",
    ],
    sayings=["Gói kín, ghi ngày sao.", "Sao xong mới gói, không trộn chè cũ."],
    together="Chè",
)
FIELD = Trade(
    names=["Gạo nhà {}", "Ruộng nhà {}"],
    taglines=["Gặt xong mới bán, không trộn gạo cũ", "Xát theo đơn, gạo còn mùi nắng"],
    stories=[
        "<p>Nhà cấy {n} sào ruộng bậc thang, mỗi năm một vụ. Thóc phơi ở sân, khách đặt bao nhiêu xát bấy nhiêu.</p>"
        "<p>Gạo không tẩm gì, mua về nên cất chỗ khô và ăn dần trong hai tháng.</p>",
        "<p>Cả {village} giữ giống lúa này từ đời các cụ. Không được nhiều thóc, nhưng cơm dẻo, để nguội vẫn mềm.</p>"
        "<p>Nhà có {n} người, để đủ ăn rồi mới bán, nên hết là hẹn mùa sau.</p>",
    ],
    sayings=["Xát theo đơn, gửi trong hai ngày.", "Đóng túi hai lớp, mọt không vào được."],
    together="Lúa gạo",
)
GREENS = Trade(
    names=["Rau nhà {}", "Nương rau nhà {}"],
    taglines=["Rau nương, nước khe", "Cắt sáng, bó lạt, chiều ra xe"],
    stories=[
        "<p>Nương nhà tôi ở lưng đồi, tưới bằng nước khe. Sâu thì bắt tay, lá có thủng đôi chỗ xin đừng lấy làm lạ.</p>"
        "<p>Cắt từ lúc còn sương, bó bằng lạt, chiều là lên xe.</p>",
        "<p>Hai vợ chồng làm {n} luống, mùa nào thức nấy. Trước chỉ bán ở chợ phiên, giờ khách dưới xuôi đặt cả tuần.</p>"
        "<p>Hôm nào mưa to không ra nương được, nhà sẽ gọi báo.</p>",
    ],
    sayings=["Gửi trong ngày cắt.", "Bó bằng lạt, không dùng dây nhựa."],
    together="Rau an toàn",
    sending=FRESH,
)
FOREST = Trade(
    names=["Nương nhà {}", "Đồi nhà {}", "Hàng rừng nhà {}"],
    taglines=["Phơi nắng, chọn tay", "Của rừng nhà trồng, chọn từng mẻ", "Cân đủ, gói kín, ghi ngày hái"],
    stories=[
        "<p>Đồi cây này ông tôi trồng, nay đã hơn hai chục năm. Đến vụ cả nhà trèo hái rồi phơi ba nắng trên sân đá.</p>"
        "<p>Chọn tay hai lượt, loại gãy vụn nhà bán riêng, rẻ hơn.</p>",
        "<p>Hái xong nhà chọn ngay ngoài nương, hàng xấu để lại. Đường từ nương về {village} mất {n}0 phút, gánh một chuyến là hết buổi.</p>"
        "<p>Đúng vụ thì nhiều, trái vụ chỉ còn ít, bà con hỏi trước giúp.</p>",
    ],
    sayings=["Gói hai lớp, tránh ẩm.", "Chọn tay trước khi gói."],
    together="Nông lâm sản",
)  # fmt: skip
YARD = Trade(
    names=["Trại nhà {}", "Gà đồi nhà {}"],
    taglines=["Thả đồi, ăn ngô nhà", "Nuôi đủ lứa mới bán"],
    stories=[
        "<p>Đàn gà hơn {n}0 con thả trên đồi, sáng ăn ngô, chiều tự về chuồng. Nuôi đủ tháng mới bán nên không có sẵn nhiều.</p>"
        "<p>Khách cần làm sạch thì nhắn, nhà làm từ sớm rồi ướp lạnh gửi xe.</p>",
        "<p>Chuồng để xa nhà, nền lót trấu, đêm nhốt ngày thả. Thuốc thú y tiêm đủ, có sổ ghi từng lứa.</p>"
        "<p>Dọc đường có sao, nhà bù đủ.</p>",
    ],
    sayings=["Báo trước một ngày.", "Nuôi bằng ngô và rau nhà."],
    together="Chăn nuôi",
    sending=COLD,
)
KITCHEN = Trade(
    names=["Bếp nhà {}", "Bếp củi nhà {}", "Nhà {} làm"],
    taglines=[
        "Làm từng mẻ nhỏ, ghi rõ ngày làm", "Vị nhà nấu, như ăn ở bản", "Đặt hôm nay, mai vào mẻ",
        "Không vội, không bớt công",
    ],
    stories=[
        "<p>Mẹ tôi dạy cách chọn, cách phơi, cách gói. Tôi làm theo đúng như thế.</p>"
        "<p>Mỗi mẻ chỉ vừa số khách đặt, gói nào cũng ghi ngày làm và hạn dùng.</p>",
        "<p>Bếp có {n} người, toàn chị em ở {village}. Nguyên liệu mua của hàng xóm, ai trồng gì tôi biết cả.</p>"
        "<p>Có gì chưa vừa ý, bà con gọi thẳng cho tôi, tôi đổi.</p>",
        "<p>Tôi bắt đầu từ một cái bếp củi ngoài chợ phiên. Khách đi đường ăn thấy hợp, xin số điện thoại, rồi thành mối quen.</p>"
        "<p>Giờ có gian hàng, ở xa cũng đặt được.</p>",
    ],
    sayings=["Ghi ngày làm trên từng gói.", "Làm từng mẻ nhỏ.", "Không phẩm màu."],
    together="Đặc sản",
)  # fmt: skip
LOOM = Trade(
    names=["Khung cửi nhà {}", "Vải nhà {}"],
    taglines=["Dệt tay, nhuộm chàm, mỗi chiếc một khác"],
    stories=[
        "<p>Từ lúc tách sợi đến khi thành tấm vải mất gần {n} tháng. Trong nhà ai cũng có một việc: người nối sợi, người dệt, "
        "người nhuộm.</p><p>Vải nhuộm chàm lúc mới giặt ra chút màu, giặt riêng vài lần là hết.</p>",
    ],
    sayings=["Cần kích thước khác thì hỏi trước, nhà dệt riêng."],
    together="Dệt lanh",
)
COLD_KITCHEN = ("Vịt quay lá mắc mật", "Khâu nhục", "Lạp xưởng hun khói Cao Bằng")  # these must travel on ice
TRADES = {  # by the kind of produce in the samples
    "fruit": ORCHARD, "honey": BEES, "tea": TEA, "rice_grain": FIELD, "vegetable": GREENS, "spice_herb": FOREST,
    "nut": FOREST, "meat_poultry": YARD, "egg": YARD, "processed": KITCHEN, "handicraft": LOOM,
}  # fmt: skip
