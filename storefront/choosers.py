"""How editors' forms show a chosen shop, something on sale or a place. The lists they choose from: chooser_views.py."""

from django.utils.translation import gettext_lazy as _
from wagtail.admin.widgets.chooser import BaseChooser

from catalog.models import Product
from places.models import Level, Place
from sellers.models import Shop


def where(place: Place) -> str:
    """ "Thôn Đồng Mỏ, Xã Chi Lăng", "Xã Chi Lăng, Lạng Sơn": names repeat, so the place above stands beside."""
    above = place.parent
    if above is None:
        return place.full_name
    return f"{place.full_name}, {above.name if above.level == Level.PROVINCE else above.full_name}"


class ShopChooser(BaseChooser):
    """Shows the chosen shop with its place, and says when buyers do not see it any more."""

    model = Shop
    chooser_modal_url_name = "choose_shop:choose"
    icon = "home"
    choose_one_text = _("Chọn gian hàng")
    choose_another_text = _("Chọn gian hàng khác")
    show_edit_link = False

    def get_display_title(self, instance: Shop) -> str:
        hidden = "" if instance.is_live else _(" (không còn mở, khách không thấy)")
        return f"{instance.name} · {where(instance.village)}{hidden}"


class ProductChooser(BaseChooser):
    """Shows the chosen goods with their shop, and says when they are not on sale any more."""

    model = Product
    chooser_modal_url_name = "choose_product:choose"
    icon = "tag"
    choose_one_text = _("Chọn món hàng")
    choose_another_text = _("Chọn món khác")
    show_edit_link = False

    def get_display_title(self, instance: Product) -> str:
        hidden = "" if instance.live else _(" (không còn bán, khách không thấy)")
        return f"{instance.title} · {instance.shop.name}{hidden}"


class PlaceChooser(BaseChooser):
    """Shows the chosen province or commune."""

    model = Place
    chooser_modal_url_name = "choose_place:choose"
    icon = "site"
    choose_one_text = _("Chọn tỉnh hoặc xã")
    choose_another_text = _("Chọn nơi khác")
    show_edit_link = False

    def get_display_title(self, instance: Place) -> str:
        return where(instance)
