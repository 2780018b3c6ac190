"""Addresses of the yes that puts a page on the market: the village head's, and a farmer's who is the head."""

from django.urls import path

from catalog.views import approval

approval_patterns = [
    path("thon/gian-hang/<slug:code>/duyet/", approval.approve, name="approve"),
    path("ban-hang/gian-hang/dang/", approval.publish, name="publish"),
]
