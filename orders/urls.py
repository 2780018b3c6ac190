"""Addresses of orders."""

urlpatterns: list = []
