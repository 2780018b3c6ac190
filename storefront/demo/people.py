"""Who lives in the demo, and where. No name belongs to a real person; the villages of a commune are made up."""

import random

FAMILY = ["Nông", "Hoàng", "Lý", "Vi", "Triệu", "Lương", "Đàm", "Bế", "Hà", "Nguyễn", "Lộc", "Mông", "La", "Dương", "Chu"]
WOMEN = [
    "Thị Sen", "Thị Lan", "Thị Hoa", "Thị Mai", "Thị Thơm", "Thị Bích", "Thị Nhung", "Thị Ngân", "Thị Hạnh", "Thị Dung",
    "Thị Yến", "Thị Slao", "Thị Liễu", "Thị Đào",
]  # fmt: skip
MEN = [
    "Văn Bản", "Văn Páo", "Văn Thịnh", "Văn Đức", "Văn Lâm", "Văn Tài", "Văn Quý", "Văn Sơn", "Văn Hùng", "Văn Khánh",
    "Văn Út", "Văn Pò", "Đình Thắng", "Văn Slong",
]  # fmt: skip
BUYER_FAMILY = ["Trần", "Phạm", "Lê", "Nguyễn", "Vũ", "Đỗ", "Bùi", "Ngô", "Đặng", "Hồ", "Phan", "Trịnh"]
BUYER_GIVEN = [
    "Minh Anh", "Thu Hà", "Quốc Bảo", "Hải Yến", "Đình Phong", "Ngọc Mai", "Thanh Tùng", "Kim Chi", "Gia Huy", "Bảo Trâm",
    "Văn Toàn", "Diệu Linh", "Hồng Nhung", "Quốc Việt", "Thanh Hương", "Tuấn Kiệt",
]  # fmt: skip
STREETS = [
    "Lê Lợi", "Trần Đăng Ninh", "Bà Triệu", "Hùng Vương", "Nguyễn Trãi", "Quang Trung", "Phan Đình Phùng", "Kim Mã",
    "Lý Thường Kiệt", "Nguyễn Du",
]  # fmt: skip

# official code of a commune, two villages of it, how many of 40 shops it has
COMMUNES = [
    ("06172", ["Nà Lẹng", "Pò Lâu"], 14),  # Hoàng Văn Thụ, Lạng Sơn
    ("06463", ["Đồng Mỏ", "Nà Pe"], 6),  # Chi Lăng, Lạng Sơn
    ("06325", ["Bản Thí", "Pác Lùng"], 4),  # Bắc Sơn, Lạng Sơn
    ("07582", ["Đèo Gia", "Cầu Từ"], 5),  # Lục Ngạn, Bắc Ninh
    ("05503", ["Nà Chanh", "Đồi Chè"], 4),  # Tân Cương, Thái Nguyên
    ("01477", ["Khuổi Lào", "Lân Gặt"], 3),  # Trùng Khánh, Cao Bằng
    ("00901", ["Lùng Hòa", "Tùng Nùn"], 4),  # Lùng Tám, Tuyên Quang
]

CATEGORIES = [  # code in the samples, slug, Vietnamese, English, recipe of its picture
    ("fruit", "trai-cay", "Trái cây", "Fruit", "persimmon"),
    ("honey", "mat-ong", "Mật ong", "Honey", "honey"),
    ("tea", "che", "Chè", "Tea", "tea"),
    ("rice_grain", "gao-nep", "Gạo, nếp", "Rice", "rice"),
    ("vegetable", "rau-cu", "Rau, củ", "Vegetables", "wild_greens"),
    ("spice_herb", "gia-vi", "Gia vị, lá thơm", "Spices and herbs", "star_anise"),
    ("meat_poultry", "gia-cam", "Gà, vịt", "Poultry", "hen"),
    ("egg", "trung", "Trứng", "Eggs", "egg"),
    ("processed", "do-che-bien", "Đồ chế biến", "Prepared food", "noodle_yellow"),
    ("nut", "hat", "Các loại hạt", "Nuts", "chestnut"),
    ("handicraft", "thu-cong", "Đồ thủ công", "Handicraft", "cloth"),
]


class Census:
    """Hands out full names, each of them once."""

    def __init__(self, chance: random.Random) -> None:
        self._names = [f"{family} {given}" for family in FAMILY for given in [*WOMEN, *MEN]]
        self._names.remove("Lý Thị Sen")  # the farmer whom the guide introduces
        chance.shuffle(self._names)

    def person(self) -> str:
        """A full name that nobody else has: family, middle and given name."""
        return self._names.pop()
