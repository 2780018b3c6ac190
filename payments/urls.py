"""Addresses of the farmer's money, and of the operator's finance desk."""

from django.urls import include, path

from payments.views import account, cancel, money
from payments.views.desk import today

money_patterns = [
    path("", money.home, name="home"),
    path("tai-khoan/", account.account, name="account"),
    path("tai-khoan/ma/", account.prove, name="account_code"),
    path("tai-khoan/ma-moi/", account.send_again, name="account_code_again"),
    path("tai-khoan/bo/", account.drop, name="account_drop"),
    path("tai-khoan/huy-doi/", account.call_off, name="account_call_off"),
    path("tai-khoan/<int:account_id>/thu/", account.begin_test, name="account_test"),
    path("tra-lai/<int:refund_id>/", money.given_back, name="given_back"),
    path("<slug:code>/da-giao/", money.delivered, name="delivered"),
    path("<slug:code>/tra-ve/", cancel.returned, name="returned"),
    path("<slug:code>/huy/", cancel.cancel, name="cancel"),
    path("<slug:code>/da-nhan/", money.received, name="received"),
]

desk_patterns = [
    path("", today.today, name="today"),
]

urlpatterns = [
    path("ban-hang/tien/", include((money_patterns, "money"))),
    path("so-quy/", include((desk_patterns, "desk"))),
]
