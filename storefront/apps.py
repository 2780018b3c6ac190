from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class StorefrontConfig(AppConfig):
    name = "storefront"
    verbose_name = _("Chợ")

    def ready(self) -> None:
        """The frame is read anew when editors change settings, or publish, move or remove a page a menu may name."""
        from django.contrib.auth.signals import user_logged_in
        from django.db.models.signals import post_delete, post_save
        from wagtail import signals
        from wagtail.models import Page

        from storefront.cookies import keep_guests_cart
        from storefront.frame import forget_after_commit as forget
        from storefront.site_models import Operator, SiteMenus

        user_logged_in.connect(keep_guests_cart)
        for model in (Operator, SiteMenus):
            post_save.connect(forget, sender=model)
        post_delete.connect(forget, sender=Page)
        for signal in (
            signals.page_published,
            signals.page_unpublished,
            signals.page_slug_changed,
            signals.post_page_move,
        ):
            signal.connect(forget)
