"""Addresses of the farmer's orders and reviews, and of the officers who decide on reported ones."""

from django.urls import include, path

from orders.views import board, delivery, reviews

board_patterns = [
    path("", board.orders, name="orders"),
    path("<slug:code>/", board.order, name="order"),
    path("<slug:code>/buoc/", board.step, name="step"),
    path("<slug:code>/phieu/", board.slip, name="slip"),
]

delivery_patterns = [
    path("", delivery.ways, name="list"),
    path("<slug:kind>/", delivery.way, name="way"),
    path("<slug:kind>/thoi/", delivery.stop, name="stop"),
]

review_patterns = [
    path("", reviews.board, name="board"),
    path("<slug:code>/tra-loi/", reviews.answer, name="answer"),
    path("<slug:code>/bao/", reviews.report, name="report"),
]
moderation_patterns = [
    path("", reviews.queue, name="queue"),
    path("<slug:code>/", reviews.decide, name="decide"),
]

urlpatterns = [
    path("ban-hang/don/", include((board_patterns, "board"))),
    path("ban-hang/giao-hang/", include((delivery_patterns, "delivery"))),
    path("thon/<int:village_id>/giao-chung/", delivery.together, name="village_delivery"),
    path("ban-hang/nhan-xet/", include((review_patterns, "reviews"))),
    path("xem-nhan-xet/", include((moderation_patterns, "moderation"))),
]
