"""Addresses of the farmer's money."""

from django.urls import include, path

from payments.views import cancel, money

money_patterns = [
    path("", money.home, name="home"),
    path("tai-khoan/", money.account, name="account"),
    path("<slug:code>/huy/", cancel.cancel, name="cancel"),
    path("<slug:code>/da-nhan/", money.received, name="received"),
]

urlpatterns = [path("ban-hang/tien/", include((money_patterns, "money")))]
