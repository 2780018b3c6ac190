"""The one address below /thon/ that touches goods."""

from django.urls import path

from catalog.views import approval

approval_patterns = [path("gian-hang/<slug:code>/duyet/", approval.approve, name="approve")]
