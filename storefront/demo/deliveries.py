"""How the demo's households deliver: what they would really say, from the bus at the crossroads to the common parcel."""

import random
from collections.abc import Iterable

from catalog.models import Product
from common.actors import SYSTEM
from orders.carriers import offered
from orders.delivery_models import DeliveryMethod, DeliveryRate
from orders.delivery_setup import Fee, MethodFacts, save_method
from places.models import Place
from sellers.models import Shop

Kind, Keeps = DeliveryMethod.Kind, Product.Keeps
COMMUNE, PROVINCE, COUNTRY = (
    int(reach)
    for reach in (DeliveryRate.Reach.COMMUNE, DeliveryRate.Reach.PROVINCE, DeliveryRate.Reach.COUNTRY)
)
THURSDAY_AND_SUNDAY = 1 << 3 | 1 << 6
FRESH = {"Rau": Keeps.TWO_DAYS, "Ngồng": Keeps.TWO_DAYS, "Na ": Keeps.FIVE_DAYS, "Vải": Keeps.FIVE_DAYS, "Đào": Keeps.FIVE_DAYS,
         "Mận": Keeps.FIVE_DAYS, "Vịt quay": Keeps.SAME_DAY}  # fmt: skip
DRY = (
    "Chè",
    "Mật ong",
    "Hoa hồi",
    "Gạo",
    "Nếp",
    "Miến",
    "Mỳ",
    "Bún",
    "Cao khô",
    "Thạch",
    "Quế",
    "Khăn",
    "Tinh dầu",
    "Bột",
)


def say_all(shops: Iterable[Shop], villages: Iterable[Place], chance: random.Random) -> None:
    """Ways and fees for every shop, a common parcel for every village, and how long goods keep."""
    for village in villages:
        facts = MethodFacts("Gom thứ Năm và Chủ nhật ở nhà văn hóa thôn", THURSDAY_AND_SUNDAY, 1, 4)
        fees = {
            PROVINCE: Fee(25_000, 3000, 3_000, 500_000),
            COUNTRY: Fee(35_000, 3000, 5_000, 800_000),
        }
        save_method(village, Kind.VILLAGE, facts, fees, by=SYSTEM)
    for number, shop in enumerate(shops):
        save_method(
            shop, Kind.FARM, MethodFacts("Gọi trước khi đến 30 phút", days_from=0, days_to=2), {}, by=SYSTEM
        )
        if number % 2 == 0:
            stall = MethodFacts("Chợ phiên Đồng Mỏ, dãy hàng quả, 6–10 giờ sáng", THURSDAY_AND_SUNDAY, 1, 4)
            save_method(shop, Kind.POINT, stall, {}, by=SYSTEM)
        if number % 3 == 0:
            near = {COMMUNE: Fee(0), PROVINCE: Fee(15_000, 5000, 2_000, 300_000)}
            save_method(
                shop, Kind.OWN, MethodFacts("Giao buổi chiều", days_from=0, days_to=1), near, by=SYSTEM
            )
        if number % 2:
            bus = Fee(chance.choice([30_000, 35_000, 40_000]), 10_000, 2_000)
            far = {PROVINCE: bus, COUNTRY: bus}
            save_method(
                shop,
                Kind.BUS,
                MethodFacts("Xe khách ra bến Mỹ Đình, khách tự ra lấy", days_to=2),
                far,
                by=SYSTEM,
            )
        post = {
            COMMUNE: Fee(18_000, 2000, 3_000),
            PROVINCE: Fee(22_000, 2000, 4_000),
            COUNTRY: Fee(32_000, 2000, 6_000),
        }
        mover = "xe-ban" if number % 4 == 0 and "xe-ban" in offered() else ""  # the others send by hand
        facts = MethodFacts("" if mover else "Bưu điện xã", 0b111111, 2, 5, carrier=mover)
        save_method(shop, Kind.CARRIER, facts, post, by=SYSTEM)
    _say_what_keeps()


def _say_what_keeps() -> None:
    for product in Product.objects.order_by("pk"):
        fresh = next((keeps for name, keeps in FRESH.items() if product.title.startswith(name)), None)
        keeps = fresh or (Keeps.DRY if product.title.startswith(DRY) else Keeps.WEEKS)
        Product.objects.filter(pk=product.pk).update(keeps=keeps)
