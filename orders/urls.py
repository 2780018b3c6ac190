"""Addresses of the farmer's orders and reviews, and of the officers who decide on reported ones."""

from django.urls import include, path

from orders.views import board, reviews

board_patterns = [
    path("", board.orders, name="orders"),
    path("<slug:code>/", board.order, name="order"),
    path("<slug:code>/buoc/", board.step, name="step"),
    path("<slug:code>/phieu/", board.slip, name="slip"),
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
    path("ban-hang/nhan-xet/", include((review_patterns, "reviews"))),
    path("xem-nhan-xet/", include((moderation_patterns, "moderation"))),
]
