"""Addresses of storefront."""

from django.urls import include, path

from storefront.views import selling_home

urlpatterns: list = [
    path("ban-hang/", include(([path("", selling_home.home, name="home")], "selling"))),
]
