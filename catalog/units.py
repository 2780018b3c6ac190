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
