"""Addresses of sellers."""

urlpatterns: list = []
