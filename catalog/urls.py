"""Addresses of the farmer's goods."""

from django.urls import include, path

from catalog.views import goods
from catalog.village_urls import approval_patterns

goods_patterns = [
    path("", goods.shelf, name="list"),
    path("dang/", goods.new, name="new"),
    path("hoan-tac/", goods.undo, name="undo"),
    path("<slug:code>/", goods.edit, name="edit"),
    path("<slug:code>/an-hien/", goods.hide, name="hide"),
]

urlpatterns = [
    path("ban-hang/hang/", include((goods_patterns, "goods"))),
    path("", include((approval_patterns, "approval"))),
]
