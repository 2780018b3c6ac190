"""Addresses of the farmer's goods."""

from django.urls import include, path

from catalog.views import certificates, goods, lots, table
from catalog.village_urls import approval_patterns

goods_patterns = [
    path("", goods.shelf, name="list"),
    path("dang/", goods.new, name="new"),
    path("hoan-tac/", goods.undo, name="undo"),
    path("nhap-bang/", table.bring, name="bring"),
    path("nhap-bang/mau.xlsx", table.template, name="template"),
    path("xuat-bang.<str:ending>", table.take_away, name="take_away"),
    path("<slug:code>/", goods.edit, name="edit"),
    path("<slug:code>/an-hien/", goods.hide, name="hide"),
    path("<slug:code>/gia/", goods.price, name="price"),
    path("<slug:code>/them/", goods.restock, name="restock"),
    path("<slug:code>/sao-chep/", goods.copy, name="copy"),
    path("<slug:code>/bo-han/", goods.archive, name="archive"),
]

lot_patterns = [
    path("", lots.shelf, name="list"),
    path("ghi/", lots.new, name="new"),
    path("<slug:code>/", lots.edit, name="edit"),
]
paper_patterns = [
    path("", certificates.own, name="list"),
    path("gui/", certificates.new, name="new"),
    path("<int:pk>/anh/", certificates.own_photo, name="photo"),
    path("<int:pk>/bo/", certificates.withdraw, name="withdraw"),
]
desk_patterns = [
    path("", certificates.queue, name="queue"),
    path("<int:pk>/", certificates.decide, name="decide"),
    path("<int:pk>/anh/", certificates.photo, name="photo"),
]

urlpatterns = [
    path("ban-hang/lo-hang/", include((lot_patterns, "lots"))),
    path("ban-hang/giay-chung-nhan/", include((paper_patterns, "papers"))),
    path("xem-giay/", include((desk_patterns, "paper_desk"))),
    path("ban-hang/hang/", include((goods_patterns, "goods"))),
    path("", include((approval_patterns, "approval"))),
]
