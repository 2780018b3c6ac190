"""Addresses of the API, below /api/v1/."""

from django.urls import URLPattern, path, re_path
from django.views.generic import RedirectView

from storefront.api import views
from storefront.api.routes import api

own, _app, _namespace = api.urls
for pattern in own:
    assert isinstance(pattern, URLPattern)  # the API includes no other addresses
    assert pattern.callback is not None
    pattern.callback = views.read_only(pattern.callback)

app_name = "api"
urlpatterns = [
    path("", RedirectView.as_view(pattern_name="api:docs")),
    path("docs", views.docs, name="docs"),
    *own,
    re_path(r"", views.nothing_here),
]
