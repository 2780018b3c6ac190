"""Addresses of the farmer's money, and of the operator's finance desk."""

from django.urls import include, path

from payments import month_paths  # noqa: F401  (months in addresses)
from payments.views import cancel, money, statement
from payments.views.desk import today

money_patterns = [
    path("", money.home, name="home"),
    path("tai-khoan/", money.account, name="account"),
    path("tra-lai/<int:refund_id>/", money.given_back, name="given_back"),
    path("<month:month>/", statement.show, name="statement"),
    path("<month:month>/bang-ke.<slug:ending>", statement.file, name="statement_file"),
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
