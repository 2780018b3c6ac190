"""Addresses of storefront."""

urlpatterns: list = []
