"""Addresses of catalog."""

urlpatterns: list = []
