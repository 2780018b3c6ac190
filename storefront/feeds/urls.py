"""Addresses of the feeds. They have no language: machines fetch them."""

from django.urls import path, register_converter
from django.urls.converters import StringConverter

from storefront.feeds import views


class FeedKind(StringConverter):
    """The ending of a feed's name."""

    regex = "xml|csv|xlsx"


register_converter(FeedKind, "feed")

app_name = "feeds"
urlpatterns = [
    path("san-pham.<feed:kind>", views.whole_site, name="site"),
    path("san-pham-<int:part>.<feed:kind>", views.whole_site, name="part"),
    path("nha/<slug:slug>/san-pham.<feed:kind>", views.of_shop, name="shop"),
    path(
        "thon/<slug:province>/<slug:commune>/<slug:village>/san-pham.<feed:kind>",
        views.of_village,
        name="village",
    ),
]
