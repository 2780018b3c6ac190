"""Addresses of the farmer's money, and of the operator's finance desk."""

from django.urls import include, path

from payments import month_paths  # noqa: F401  (months in addresses)
from payments.views import cancel, money, statement
from payments.views.desk import invoices, taxes, today

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
    path("thue/", taxes.home, name="taxes"),
    path("thue/nguoi-ban/", taxes.find_seller, name="find_seller_tax"),
    path("thue/nguoi-ban/<slug:code>/", taxes.seller, name="seller_tax"),
    path("thue/muc/<int:rate_id>/ket-thuc/", taxes.end_rate, name="end_rate"),
    path("thue/<month:month>.<slug:ending>", taxes.file, name="taxes_file"),
    path("hoa-don/", invoices.home, name="invoices"),
    path("hoa-don/tai.<slug:ending>", invoices.file, name="invoices_file"),
    path("hoa-don/ghi/", invoices.keep, name="keep_invoice"),
    path("hoa-don/tep/", invoices.bring, name="bring_invoices"),
]

urlpatterns = [
    path("ban-hang/tien/", include((money_patterns, "money"))),
    path("so-quy/", include((desk_patterns, "desk"))),
]
