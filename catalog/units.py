"""Units goods are sold in. Source: domain facts, section 5; a chục is ten here, and the number is always shown."""

from decimal import Decimal

from django.db import models
from django.utils.translation import gettext_lazy as _


class Unit(models.TextChoices):
    """Code and the word people say."""

    KG = "kg", _("kg")
    GRAM = "gram", _("g")
    YEN = "yen", _("yến (10 kg)")
    TA = "ta", _("tạ (100 kg)")
    TAN = "tan", _("tấn (1.000 kg)")
    LIT = "lit", _("lít")
    QUA = "qua", _("quả")
    CON = "con", _("con")
    CAI = "cai", _("cái")
    CHUC = "chuc", _("chục (10)")
    CAP = "cap", _("cặp (2)")
    BO = "bo", _("bó")
    MO = "mo", _("mớ")
    CHAI = "chai", _("chai")
    HU = "hu", _("hũ")
    GOI = "goi", _("gói")
    HOP = "hop", _("hộp")
    TUI = "tui", _("túi")
    BAO = "bao", _("bao")


class NetUnit(models.TextChoices):
    """What the content of a pack is declared in."""

    GRAM = "gram", _("g")
    KG = "kg", _("kg")
    ML = "ml", _("ml")
    LIT = "lit", _("lít")


WEIGHED = {
    Unit.KG: Decimal(1),
    Unit.GRAM: Decimal("0.001"),
    Unit.YEN: Decimal(10),
    Unit.TA: Decimal(100),
    Unit.TAN: Decimal(1000),
}
PACKS = frozenset({Unit.BO, Unit.MO, Unit.CHAI, Unit.HU, Unit.GOI, Unit.HOP, Unit.TUI, Unit.BAO})


def usual_step(unit: str) -> Decimal:
    """How finely a unit is ordered unless the farmer says otherwise: half kilos and half litres, else whole ones."""
    return Decimal("0.5") if unit in (Unit.KG, Unit.LIT) else Decimal(1)


_NET = {
    NetUnit.GRAM: (Decimal("0.001"), Unit.KG), NetUnit.KG: (Decimal(1), Unit.KG),
    NetUnit.ML: (Decimal("0.001"), Unit.LIT), NetUnit.LIT: (Decimal(1), Unit.LIT),
}  # fmt: skip


def price_for_base(
    price: int, unit: str, net_quantity: Decimal | None, net_unit: str
) -> tuple[int, str] | None:
    """đồng for one kg or litre, rounded half up, with the word of that unit. Source: domain facts, section 5.

    From the declared content of a pack, else from a unit of weight (a yến is 10 kg). None where a kilo or litre is
    what is sold anyway, and where nothing tells the content (a bunch, a fowl).
    """
    if net_quantity and net_unit:
        factor, base = _NET[NetUnit(net_unit)]
        content = net_quantity * factor
    elif unit in WEIGHED and unit != Unit.KG:
        content, base = WEIGHED[Unit(unit)], Unit.KG
    else:
        return None
    return int((price / content).quantize(Decimal(1), rounding="ROUND_HALF_UP")), str(base.label)


# A usual weight packed, where neither unit nor label says it; a farmer may say better. In grams.
_USUAL_GRAMS = {
    Unit.LIT: 1050, Unit.QUA: 400, Unit.CON: 1800, Unit.CAI: 300, Unit.CHUC: 650, Unit.CAP: 800, Unit.BO: 300,
    Unit.MO: 300, Unit.CHAI: 800, Unit.HU: 800, Unit.GOI: 500, Unit.HOP: 700, Unit.TUI: 700, Unit.BAO: 10_000,
}  # fmt: skip
_NET_GRAMS = {NetUnit.GRAM: 1, NetUnit.KG: 1000, NetUnit.ML: 1, NetUnit.LIT: 1000}


def unit_grams(unit: str, net_quantity: Decimal | None = None, net_unit: str = "") -> int:
    """About how many grams one unit weighs in a parcel: by its unit, its label, or what is usual."""
    if unit in WEIGHED:
        return max(1, int(WEIGHED[Unit(unit)] * 1000))
    if net_quantity is not None and net_unit:
        return max(1, int(net_quantity * _NET_GRAMS[NetUnit(net_unit)]))
    return _USUAL_GRAMS[Unit(unit)]
