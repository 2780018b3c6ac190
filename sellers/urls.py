"""Addresses of sellers: the farmer's page of the shop, working for somebody else, and the village's pages."""

from django.urls import include, path

from sellers.views import front, selling
from sellers.village_urls import village_patterns

shopfront_patterns = [
    path("", front.overview, name="edit"),
    path("dau-trang/", front.head, name="head"),
    path("kieu-trang/", front.look, name="look"),
    path("mo-cua/", front.opening, name="opening"),
    path("phap-ly/", front.legal, name="legal"),
    path("xem-truoc/", front.preview, name="preview"),
    path("gui-duyet/", front.hand_in, name="hand_in"),
    path("them/", front.choose, name="choose"),
    path("them/<slug:kind>/", front.add, name="add"),
    path("hoan-tac/", front.undo, name="undo"),
    path("phan/<slug:part_id>/", front.part, name="part"),
    path("phan/<slug:part_id>/chuyen/", front.move, name="move"),
    path("phan/<slug:part_id>/bo/", front.drop, name="drop"),
    path("dong-y/<int:consent_id>/thu-lai/", selling.withdraw, name="withdraw"),
]
acting_patterns = [path("thoi/", selling.stop_acting, name="stop")]

urlpatterns = [
    path("ban-hang/gian-hang/", include((shopfront_patterns, "shopfront"))),
    path("ban-hang/lam-giup/", include((acting_patterns, "acting"))),
    path("thon/", include((village_patterns, "village"))),
]
