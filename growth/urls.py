"""Addresses of figures, below /so-lieu/."""

from django.urls import include, path

from growth.views import dashboard, paid

growth_patterns = [
    path("", dashboard.home, name="home"),
    path("<slug:code>/", dashboard.place, name="place"),
    path("<slug:code>/thang.csv", dashboard.place_csv, name="place_csv"),
    path("<slug:code>/khong-tien-mat/", paid.paid, name="paid"),
    path("<slug:code>/khong-tien-mat.csv", paid.paid_file, name="paid_csv"),
]

urlpatterns = [path("so-lieu/", include((growth_patterns, "growth")))]
