"""Addresses of the farmer's money and of the till at the stall."""

from django.urls import include, path

from payments.views import cancel, money, stall

money_patterns = [
    path("", money.home, name="home"),
    path("tai-khoan/", money.account, name="account"),
    path("tra-lai/<int:refund_id>/", money.given_back, name="given_back"),
    path("<slug:code>/da-giao/", money.delivered, name="delivered"),
    path("<slug:code>/tra-ve/", cancel.returned, name="returned"),
    path("<slug:code>/huy/", cancel.cancel, name="cancel"),
    path("<slug:code>/da-nhan/", money.received, name="received"),
]

stall_patterns = [
    path("", stall.till, name="till"),
    path("khung/", stall.shell, name="shell"),
    path("gui/", stall.push, name="push"),
    path("moi/", stall.heard, name="heard"),
    path("hom-nay/", stall.today, name="today"),
    path("phien/", stall.sessions, name="sessions"),
    path("ma-dan/", stall.plate, name="plate"),
    path("ban/<slug:key>/", stall.sale, name="sale"),
    path("ban/<slug:key>/xem/", stall.sale_part, name="sale_part"),
    path("ban/<slug:key>/huy/", stall.cancel, name="cancel"),
    path("ban/<slug:key>/tien-mat/", stall.in_cash, name="in_cash"),
    path("ban/<slug:key>/da-ve/", stall.seen, name="seen"),
]

urlpatterns = [
    path("ban-hang/tien/", include((money_patterns, "money"))),
    path("ban-hang/quay/", include((stall_patterns, "stall"))),
]
