"""Addresses of sellers: the farmer's page of the shop, working for somebody else, and the village's pages."""

from django.urls import include, path

from sellers.views import selling
from sellers.village_urls import village_patterns

shopfront_patterns = [
    path("", selling.edit, name="edit"),
    path("gui-duyet/", selling.hand_in, name="hand_in"),
    path("dong-y/<int:consent_id>/thu-lai/", selling.withdraw, name="withdraw"),
]
acting_patterns = [path("thoi/", selling.stop_acting, name="stop")]

urlpatterns = [
    path("ban-hang/gian-hang/", include((shopfront_patterns, "shopfront"))),
    path("ban-hang/lam-giup/", include((acting_patterns, "acting"))),
    path("thon/", include((village_patterns, "village"))),
]
