"""Addresses of the farmer's money."""

from django.urls import include, path

from payments.views import cancel, connect, money

money_patterns = [
    path("", money.home, name="home"),
    path("the/", connect.card_money, name="card_money"),
    path("tai-khoan/", money.account, name="account"),
    path("tra-lai/<int:refund_id>/", money.given_back, name="given_back"),
    path("<slug:code>/da-giao/", money.delivered, name="delivered"),
    path("<slug:code>/tra-ve/", cancel.returned, name="returned"),
    path("<slug:code>/huy/", cancel.cancel, name="cancel"),
    path("<slug:code>/da-nhan/", money.received, name="received"),
]

urlpatterns = [path("ban-hang/tien/", include((money_patterns, "money")))]
