"""Addresses of the farmer's orders."""

from django.urls import include, path

from orders.views import board

board_patterns = [
    path("", board.orders, name="orders"),
    path("<slug:code>/", board.order, name="order"),
    path("<slug:code>/buoc/", board.step, name="step"),
    path("<slug:code>/phieu/", board.slip, name="slip"),
]

urlpatterns = [path("ban-hang/don/", include((board_patterns, "board")))]
