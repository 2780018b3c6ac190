"""What was understood about goods, read back to the person who said it."""

from django.utils.translation import gettext as _

from catalog.models import Product
from catalog.services import ProductFacts
from catalog.units import Unit
from common.money import show_dong
from common.quantity import show_quantity


def in_words(product: Product | ProductFacts) -> str:
    """ "Hồng vành khuyên, 35.000 ₫ một kg, còn 20 kg"."""
    unit = Unit(product.unit).label
    price = _("%(title)s, %(price)s một %(unit)s") % {
        "title": product.title, "price": show_dong(product.price), "unit": unit,
    }  # fmt: skip
    if not product.counted:
        return price
    return _("%(price)s, còn %(stock)s %(unit)s") % {
        "price": price, "stock": show_quantity(product.stock), "unit": unit,
    }  # fmt: skip
