"""Addresses that belong to the whole site: health, files for browsers, where a person goes after signing in."""

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.contrib.staticfiles.storage import staticfiles_storage
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import cache_control, never_cache
from django.views.decorators.http import require_safe

from accounts.models import User
from payments.desk import RUN_MONEY
from places.access import OFFICERS, VILLAGE_TEAM, places_of
from sellers.queries import own_shop
from storefront.kit import samples

OFFLINE_FILES = ("css/app.css", "js/enhance.js", "img/icon.svg")
TILL_FILES = ("css/app.css", "css/work.css", "js/enhance.js", "js/till.js", "img/icon.svg")
ICON = "img/icon-192.png"  # beside a notice


@never_cache
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """The process answers."""
    return HttpResponse("ok", content_type="text/plain")


@never_cache
@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    """The database answers and has every migration: traffic may come."""
    try:
        executor = MigrationExecutor(connection)
        missing = len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
    except DatabaseError:
        return JsonResponse({"database": "unreachable"}, status=503)
    state = {"database": "ok", "migrations_missing": missing}
    return JsonResponse(state, status=503 if missing else 200)


@require_safe
@cache_control(max_age=0, must_revalidate=True)
def service_worker(request: HttpRequest) -> HttpResponse:
    """The service worker, which keeps the offline page and what it needs under their hashed names, and for traders the till."""
    files = [staticfiles_storage.url(name) for name in OFFLINE_FILES]
    till = [reverse("stall:shell"), *(staticfiles_storage.url(name) for name in TILL_FILES)]
    context = {
        "files": [reverse("offline"), *files], "icon": staticfiles_storage.url(ICON),
        "till_at": reverse("stall:till"), "till_files": till,
    }  # fmt: skip
    return render(request, "sw.js", context, content_type="text/javascript")


@require_safe
@cache_control(max_age=86400, public=True)
def manifest(request: HttpRequest) -> HttpResponse:
    """What a phone needs to put the market on its home screen."""
    return render(request, "manifest.webmanifest", content_type="application/manifest+json")


@require_safe
@cache_control(max_age=86400, public=True)
def robots(request: HttpRequest) -> HttpResponse:
    """What crawlers leave alone: carts, orders, work pages; and where they find everything else."""
    closed = (
        "/gio/",
        "/dat-hang/",
        "/don/",
        "/ban-hang/",
        "/thon/",
        "/so-lieu/",
        "/quan-tri/",
        "/tai-khoan/",
        "/manh/",
    )
    sitemap = f"Sitemap: {settings.SITE_URL}{reverse('sitemap')}"
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in closed), "", sitemap]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain")


@require_safe
@cache_control(max_age=3600, public=True)
def offline(request: HttpRequest) -> HttpResponse:
    """Shown by the service worker when there is no signal. Holds nothing personal."""
    return render(request, "offline.html")


@require_safe
def kit(request: HttpRequest) -> HttpResponse:
    """Every component once, in both themes."""
    return render(request, "kit.html", samples())


@login_required
@never_cache
def after_login(request: HttpRequest) -> HttpResponse:
    """Everybody lands where their work is: shop, village, figures, finance desk or the editors' pages. 5 queries at most."""
    user = request.user
    assert isinstance(user, User)  # login_required saw to it
    if own_shop(user):
        return redirect("selling:home")
    if places_of(user, *VILLAGE_TEAM).exists():
        return redirect("village:home")
    if places_of(user, *OFFICERS).exists():
        return redirect("growth:home")
    if user.has_perm(RUN_MONEY) and not user.is_superuser:
        return redirect("desk:today")
    if user.is_staff or user.has_perm("wagtailadmin.access_admin"):
        return redirect("wagtailadmin_home")
    return redirect("market:catalogue")
