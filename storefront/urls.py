"""Addresses of what buyers see, of the farmer's first screen, and of the demo's pretended bank."""

from django.conf import settings
from django.urls import include, path

from storefront.views import cart, catalogue, checkout, demo, orders, places, reviews, selling_home, shops

market_patterns = [
    path("cho/", catalogue.catalogue, name="catalogue"),
    path("cho/<slug:slug>/", catalogue.category, name="category"),
    path("tim/", catalogue.search, name="search"),
    path("noi/<slug:province>/", places.province, name="place"),
    path("noi/<slug:province>/<slug:commune>/", places.commune, name="place"),
    path("noi/<slug:province>/<slug:commune>/<slug:village>/", places.village, name="place"),
    path("s/<slug:slug>/", shops.shop, name="shop"),
    path("s/<slug:slug>/<slug:code>/", shops.product, name="product"),
    path("s/<slug:slug>/<slug:code>/nhan-xet/", reviews.all_of, name="reviews"),
    path("s/<slug:slug>/<slug:code>/nhan-xet/<slug:review>/bao/", reviews.report, name="report_review"),
    path("gio/", cart.show, name="cart"),
    path("gio/them/", cart.add, name="cart_add"),
    path("gio/sua/", cart.update, name="cart_update"),
    path("gio/dong-y-gia/", cart.accept, name="cart_accept"),
    path("manh/xa/", places.suggest, name="communes"),
    path("manh/gio-hang/", cart.fragment, name="cart_fragment"),
    path("dat-hang/", checkout.checkout, name="checkout"),
    path("dat-hang/<slug:key>/", checkout.purchase, name="purchase"),
    path("manh/don/<slug:key>/", checkout.order_part, name="order_part"),
    path("ma-qr/<slug:key>.png", checkout.qr_png, name="qr_png"),
    path("don/", orders.find, name="find_order"),
    path("don/<slug:key>/", orders.show, name="order"),
    path("don/<slug:key>/da-nhan/", orders.received, name="order_received"),
    path("don/<slug:key>/tra-not/", orders.pay_rest, name="order_pay_rest"),
    path("don/<slug:key>/nhan-xet/<slug:code>/", reviews.write, name="order_review"),
]

urlpatterns: list = [
    path("", include((market_patterns, "market"))),
    path("ban-hang/", include(([path("", selling_home.home, name="home")], "selling"))),
]

if settings.DEMO:
    bank_patterns = [path("<slug:key>/", demo.bank, name="bank")]
    urlpatterns.append(path("demo/ngan-hang/", include((bank_patterns, "demo"))))
