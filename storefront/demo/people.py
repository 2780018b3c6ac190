"""Made-up names, villages and words of the demo. None belongs to a real person."""

import random

FAMILY = [
    "Nông",
    "Hoàng",
    "Lý",
    "Vi",
    "Triệu",
    "Lương",
    "Đàm",
    "Bế",
    "Hà",
    "Nguyễn",
    "Lộc",
    "Mông",
    "La",
    "Dương",
    "Chu",
]
WOMEN = [
    "Thị Sen",
    "Thị Lan",
    "Thị Hoa",
    "Thị Mai",
    "Thị Thơm",
    "Thị Bích",
    "Thị Nhung",
    "Thị Ngân",
    "Thị Hạnh",
    "Thị Dung",
    "Thị Yến",
]
MEN = [
    "Văn Bản",
    "Văn Páo",
    "Văn Thịnh",
    "Văn Đức",
    "Văn Lâm",
    "Văn Tài",
    "Văn Quý",
    "Văn Sơn",
    "Văn Hùng",
    "Văn Khánh",
    "Văn Út",
]
BUYERS = ["Trần Minh Anh", "Phạm Thu Hà", "Lê Quốc Bảo", "Nguyễn Hải Yến", "Vũ Đình Phong", "Đỗ Ngọc Mai", "Bùi Thanh Tùng",
          "Ngô Kim Chi", "Đặng Gia Huy", "Hồ Bảo Trâm", "Phan Văn Toàn", "Trịnh Diệu Linh"]  # fmt: skip
STREETS = [
    "Lê Lợi",
    "Trần Đăng Ninh",
    "Bà Triệu",
    "Hùng Vương",
    "Nguyễn Trãi",
    "Quang Trung",
    "Phan Đình Phùng",
    "Kim Mã",
]

# code of the commune, its villages, how many of 40 shops it has: Lạng Sơn (Chi Lăng, Bắc Sơn), Cao Bằng, Bắc Ninh, Tuyên Quang
VILLAGES = [
    ("06463", ["Đồng Mỏ", "Nà Pe"], 18),
    ("06325", ["Bản Thí", "Pác Lùng"], 10),
    ("01477", ["Khuổi Lào", "Lân Gặt"], 3),
    ("07582", ["Đèo Gia", "Cầu Từ"], 6),
    ("00901", ["Lùng Hòa", "Tùng Nùn"], 3),
]

CATEGORIES = [  # code in the samples, slug, Vietnamese, English, recipe of its picture
    ("fruit", "trai-cay", "Trái cây", "Fruit", "persimmon"),
    ("honey", "mat-ong", "Mật ong", "Honey", "honey"),
    ("tea", "che", "Chè", "Tea", "tea"),
    ("rice_grain", "gao", "Gạo, nếp", "Rice", "rice"),
    ("vegetable", "rau-cu", "Rau, củ", "Vegetables", "wild_greens"),
    ("spice_herb", "gia-vi", "Gia vị, lá thơm", "Spices and herbs", "star_anise"),
    ("meat_poultry", "gia-cam", "Gà, vịt", "Poultry", "hen"),
    ("egg", "trung", "Trứng", "Eggs", "egg"),
    ("processed", "do-che-bien", "Đồ chế biến", "Prepared food", "noodle_yellow"),
    ("nut", "hat", "Các loại hạt", "Nuts", "chestnut"),
    ("handicraft", "thu-cong", "Đồ thủ công", "Handicraft", "cloth"),
]
BELOW = [  # parent, slug, Vietnamese, English, recipe, how the names of such goods begin
    ("fruit", "na", "Na", "Custard apples", "custard_apple", ("Na ",)),
    ("fruit", "cam-quyt", "Cam, quýt, bưởi", "Citrus", "mandarin", ("Cam ", "Quýt ", "Bưởi ", "Chanh ")),
    ("fruit", "hong", "Hồng", "Persimmons", "persimmon", ("Hồng ",)),
    ("fruit", "vai-man-dao", "Vải, mận, đào", "Lychees, plums, peaches", "lychee", ("Vải ", "Mận ", "Đào ")),
    ("rice_grain", "gao-te", "Gạo tẻ", "Plain rice", "rice", ("Gạo bao thai ", "Gạo tẻ ", "Gạo Séng ")),
    ("rice_grain", "gao-nep", "Gạo nếp", "Sticky rice", "sticky_rice", ("Gạo nếp ", "Nếp ")),
]

ASKS = {  # what a farmer is asked about a kind besides name and price
    "fruit": ["variety", "grade", "making"], "honey": ["net"], "tea": ["variety", "grade", "net"],
    "rice_grain": ["variety", "net"], "vegetable": ["variety", "making"], "spice_herb": ["making", "net"],
    "meat_poultry": ["variety", "making"], "egg": ["grade"], "processed": ["net"], "nut": ["making", "grade", "net"],
}  # fmt: skip

SHOP_NAMES = ["Vườn nhà {}", "Nhà {}", "Bếp nhà {}", "Nương {}", "Gian hàng {}", "Trại nhà {}", "Vườn đồi {}"]
COOPERATIVES = [
    "Hợp tác xã Nông sản {}",
    "Hợp tác xã Đặc sản {}",
    "Hợp tác xã Nông lâm {}",
]  # {}: the commune
TAGLINES = [
    "Nhà trồng, nhà hái, gửi đi trong ngày", "Ít nhưng sạch, mùa nào bán thức ấy", "Ba đời làm vườn dưới chân núi",
    "Hái sáng, gói trưa, chiều lên xe", "Chăm như cho nhà mình ăn", "Hàng quê thật, gọi là có người nghe",
]  # fmt: skip
STORIES = [
    "<p>Nhà tôi có {n} sào vườn trên sườn núi đá, trồng từ thời ông nội. Đất ít, nước khe, nên quả nhỏ nhưng đậm.</p>"
    "<p>Từ ngày đoàn viên đến giúp mở gian hàng, nhà đỡ phải gánh hàng ra chợ từ ba giờ sáng.</p>",
    "<p>Hai vợ chồng tôi làm nương, nuôi ong và vài chục con gà. Mỗi năm chỉ thu được từng ấy, nên bán hết là nghỉ.</p>"
    "<p>Ai đến bản cứ ghé nhà uống chén chè, xem tận nơi rồi hẵng mua.</p>",
    "<p>Vườn có hơn {n}0 gốc, nhà tự ủ phân, cỏ thì phát tay. Có năm sương muối mất nửa vụ, nhưng năm nay cây đẹp.</p>"
    "<p>Hàng nào xấu mã tôi để nhà ăn, gửi khách thì chọn quả lành.</p>",
    "<p>Mẹ tôi dạy cách chọn, cách phơi, cách gói lá. Tôi làm theo đúng như thế, không vội.</p>"
    "<p>Có gì chưa vừa ý, bà con gọi thẳng cho tôi, tôi đổi.</p>",
]  # fmt: skip
DELIVERY = [
    (
        "Thứ Ba và thứ Sáu hằng tuần",
        "Gửi xe khách chiều cùng ngày, sáng hôm sau tới Hà Nội. Hàng mau hỏng thì gói lá và thùng xốp.",
    ),
    (
        "Ngày nào cũng gửi, trừ ngày mưa to",
        "Gửi bưu điện xã hoặc xe khách, tiền gửi theo nhà xe, báo trước khi gửi.",
    ),
    (
        "Chợ phiên và sáng Chủ nhật",
        "Khách gần thì nhận ở điểm bưu điện xã. Khách xa gửi xe, có biển số và số lái xe.",
    ),
]
QUESTIONS = [
    ("Mua ít có gửi không?", "Có. Từ một cân cũng gửi, tiền xe tính riêng và báo trước."),
    ("Hàng dập thì sao?", "Chụp ảnh gửi trong ngày, nhà gửi bù hoặc trả lại tiền phần dập."),
    ("Có xuống tận vườn mua được không?", "Được, gọi trước để nhà giữ chó và đun nước."),
]


def person(chance: random.Random, woman: bool | None = None) -> str:
    """A full name: family, middle and given name."""
    woman = chance.random() < 0.6 if woman is None else woman
    return f"{chance.choice(FAMILY)} {chance.choice(WOMEN if woman else MEN)}"


PEOPLE_WORK = [
    "Chọn giống, hái và phân loại",
    "Lo phân bón và nước tưới",
    "Gói hàng, gửi xe",
    "Trông vườn, bắt sâu bằng tay",
]
MARKETS = [
    ("Chợ phiên Đồng Mỏ", "Ngày 3 và 8 âm lịch, từ 6 đến 10 giờ sáng"),
    ("Chợ Kỳ Lừa, dãy hàng quả", "Ngày 2 và 7 âm lịch, cả buổi sáng"),
    ("Điểm bưu điện - văn hóa xã", "Thứ Tư và thứ Bảy, giờ hành chính"),
    ("Nhà văn hóa thôn", "Chiều Chủ nhật"),
]
