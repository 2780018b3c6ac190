"""Addresses of growth."""

urlpatterns: list = []
