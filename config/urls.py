"""All addresses. Vietnamese stands at the root, English under /en/; machines and files have no language."""

from django.conf import settings
from django.conf.urls.i18n import i18n_patterns
from django.conf.urls.static import static
from django.urls import include, path
from django.views.decorators.cache import cache_control
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls

from accounts.views import keep_device, reached_by
from orders.views import carriers
from payments.views import gateways, notices
from sellers.views import looks
from storefront.story_feed import StoriesFeed
from storefront.views import share_cards, site, sitemaps
from storefront.views.short_links import follow

urlpatterns = [
    path("healthz", site.healthz, name="healthz"),
    path("readyz", site.readyz, name="readyz"),
    path("sw.js", site.service_worker, name="service_worker"),
    path("manifest.webmanifest", site.manifest, name="manifest"),
    path("robots.txt", site.robots, name="robots"),
    path("giao-dien/<slug:code>.<slug:version>.css", looks.look_css, name="look_css"),
    path("q/<str:code>", follow, name="short_link"),
    path("q/<str:code>/", follow),
    path("anh-chia-se/s/<slug:code>-<slug:version>.jpg", share_cards.shop_card, name="shop_card"),
    path("anh-chia-se/h/<slug:code>-<slug:version>.jpg", share_cards.product_card, name="product_card"),
    path("sitemap.xml", sitemaps.index, name="sitemap"),
    path("sitemap/<slug:kind>-<int:number>.xml", sitemaps.block, name="sitemap_block"),
    path("tin.xml", cache_control(public=True, max_age=3600)(StoriesFeed()), name="stories_feed"),
    path("thanh-toan/bao/<slug:provider>/<slug:token>/", notices.take, name="payment_notice"),
    path("thanh-toan/bao/<slug:provider>/", gateways.take, name="provider_event"),
    path("hang-giao/<slug:carrier>/<slug:secret>/", carriers.hear, name="carrier_update"),
    path("xuat/", include("storefront.feeds.urls")),
    path("api/v1/", include("storefront.api.urls")),
    path("quan-tri/", include(wagtailadmin_urls)),
]

if settings.DEBUG:
    urlpatterns += static(settings.MEDIA_URL, document_root=settings.MEDIA_ROOT)

urlpatterns += i18n_patterns(
    path("tai-khoan/tin-nhan/", reached_by, name="reached_by"),
    path("tai-khoan/tin-nhan/may-nay/", keep_device, name="keep_device"),
    path("tai-khoan/", include("allauth.account.urls")),
    path("tai-khoan/hai-lop/", include("allauth.mfa.urls")),
    path("sau-dang-nhap/", site.after_login, name="after_login"),
    path("offline/", site.offline, name="offline"),
    *([path("kit/", site.kit, name="kit")] if settings.DEBUG else []),
    path("", include("sellers.urls")),
    path("", include("catalog.urls")),
    path("", include("orders.urls")),
    path("", include("payments.urls")),
    path("", include("growth.urls")),
    path("", include("storefront.urls")),
    path("", include(wagtail_urls)),
    prefix_default_language=False,
)
