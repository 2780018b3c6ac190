"""Addresses of the farmer's orders and reviews, and of the officers who decide on reported ones."""

from django.urls import include, path

from orders.views import board, complaints, delivery, desk, fulfil, parcels, reviews, taps

board_patterns = [
    path("", board.orders, name="orders"),
    path("hom-nay/", fulfil.today, name="today"),
    path("dat-truoc/", fulfil.promised, name="promised"),
    path("dat-truoc/<slug:code>/ngay/", fulfil.harvest_day, name="harvest_day"),
    path("dat-truoc/<slug:code>/chia/", fulfil.harvest_share, name="harvest_share"),
    path("<slug:code>/", board.order, name="order"),
    path("<slug:code>/buoc/", board.step, name="step"),
    path("<slug:code>/hang/", fulfil.lines, name="lines"),
    path("<slug:code>/goi/", fulfil.pack, name="pack"),
    path("<slug:code>/gui-hang/", parcels.book, name="book_parcel"),
    path("<slug:code>/gui-hang/huy/", parcels.take_back, name="take_back_parcel"),
    path("<slug:code>/phieu/", board.slip, name="slip"),
]

delivery_patterns = [
    path("", delivery.ways, name="list"),
    path("thu/", delivery.example, name="example"),
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

complaint_patterns = [
    path("", complaints.mine, name="list"),
    path("<slug:code>/", complaints.answer, name="answer"),
    path("<slug:code>/anh/<int:number>/", complaints.photo, name="photo"),
]
complaint_desk_patterns = [
    path("", complaints.queue, name="queue"),
    path("<slug:code>/", complaints.decide, name="decide"),
    path("<slug:code>/anh/<int:number>/", complaints.evidence, name="photo"),
]

urlpatterns = [
    path("ban-hang/khieu-nai/", include((complaint_patterns, "complaints"))),
    path("xem-khieu-nai/", include((complaint_desk_patterns, "complaint_desk"))),
    path("ban-hang/don/", include((board_patterns, "board"))),
    path("ban-hang/giao-hang/", include((delivery_patterns, "delivery"))),
    path("t/<slug:key>/", taps.tap, name="tap"),
    path("thon/<int:village_id>/don-cho/", desk.waiting, name="order_desk"),
    path("thon/<int:village_id>/don-cho/<slug:code>/", desk.answer_for, name="order_desk_answer"),
    path("thon/<int:village_id>/hom-nay/", fulfil.village_today, name="village_today"),
    path("thon/<int:village_id>/giao-chung/", delivery.together, name="village_delivery"),
    path("ban-hang/nhan-xet/", include((review_patterns, "reviews"))),
    path("xem-nhan-xet/", include((moderation_patterns, "moderation"))),
]
