"""Addresses of what buyers see, of the farmer's first screen, and of the demo's pretended bank."""

from django.conf import settings
from django.urls import include, path

from storefront.views import (
    cart,
    catalogue,
    checkout,
    complaints,
    demo,
    lots,
    orders,
    paying,
    places,
    prints,
    reviews,
    selling_home,
    shops,
)

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
    path("lo/<slug:code>/", lots.show, name="lot"),
    path("lo/<slug:code>/ma.png", lots.code_png, name="lot_code"),
    path("01/<str:gtin>/10/<slug:code>", lots.by_gtin, name="lot_by_gtin"),
    path("ban-hang/lo-hang/<slug:code>/nhan/", lots.label, name="lot_label"),
    path("gio/", cart.show, name="cart"),
    path("gio/them/", cart.add, name="cart_add"),
    path("gio/sua/", cart.update, name="cart_update"),
    path("gio/dong-y-gia/", cart.accept, name="cart_accept"),
    path("manh/giao-hang/", checkout.delivery_fragment, name="delivery_fragment"),
    path("manh/xa/", places.suggest, name="communes"),
    path("manh/goi-y/", catalogue.suggest, name="suggest"),
    path("manh/gio-hang/", cart.fragment, name="cart_fragment"),
    path("dat-hang/", checkout.checkout, name="checkout"),
    path("dat-hang/<slug:key>/", checkout.purchase, name="purchase"),
    path("dat-hang/<slug:key>/cach-khac/", paying.another_way, name="pay_another_way"),
    path("tra-tien/<slug:key>/", paying.start, name="pay_start"),
    path("tra-tien/<slug:key>/ve/", paying.come_back, name="pay_return"),
    path("manh/tra-tien/<slug:key>/", paying.together, name="pay_together"),
    path("manh/don/<slug:key>/", checkout.order_part, name="order_part"),
    path("ma-qr/<slug:key>.png", checkout.qr_png, name="qr_png"),
    path("don/", orders.find, name="find_order"),
    path("don/<slug:key>/", orders.show, name="order"),
    path("don/<slug:key>/da-nhan/", orders.received, name="order_received"),
    path("don/<slug:key>/bao-loi/", complaints.report, name="order_complain"),
    path("don/<slug:key>/bao-loi/tra-loi/", complaints.reply, name="complaint_reply"),
    path("don/<slug:key>/bao-loi/<slug:code>/<int:number>/", complaints.photo, name="complaint_photo"),
    path("don/<slug:key>/huy/", orders.cancel, name="order_cancel"),
    path("don/<slug:key>/mua-lai/", orders.buy_again, name="order_buy_again"),
    path("don/<slug:key>/tra-loi/<slug:question>/", orders.answer, name="order_answer"),
    path("don/<slug:key>/tra-not/", orders.pay_rest, name="order_pay_rest"),
    path("don/<slug:key>/nhan-xet/<slug:code>/", reviews.write, name="order_review"),
]


print_patterns = [
    path("", prints.own_desk, name="desk"),
    path("ma-dan.pdf", prints.own_plate, name="plate"),
    path("xem/<slug:sheet>.png", prints.own_preview, name="preview"),
    path("<slug:sheet>.pdf", prints.own_file, {"kind": "pdf"}, name="pdf"),
    path("<slug:sheet>.png", prints.own_file, {"kind": "png"}, name="png"),
]
village_print_patterns = [
    path("", prints.village_desk, name="desk"),
    path("xem/<slug:sheet>.png", prints.village_preview, name="preview"),
    path("<slug:sheet>.pdf", prints.village_file, {"kind": "pdf"}, name="pdf"),
    path("<slug:sheet>.png", prints.village_file, {"kind": "png"}, name="png"),
]

urlpatterns: list = [
    path("", include((market_patterns, "market"))),
    path("ban-hang/in-va-chia-se/", include((print_patterns, "prints"))),
    path("thon/gian-hang/<slug:code>/in-va-chia-se/", include((village_print_patterns, "village_prints"))),
    path("ban-hang/", include(([path("", selling_home.home, name="home")], "selling"))),
]

if settings.DEMO:
    bank_patterns = [path("<slug:key>/", demo.bank, name="bank")]
    urlpatterns.append(path("demo/ngan-hang/", include((bank_patterns, "demo"))))
