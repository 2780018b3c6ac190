"""Short addresses printed on posters and goods."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from storefront import short_links


@require_safe
@cache_control(public=True, max_age=60)
def follow(request: HttpRequest, code: str) -> HttpResponse:
    """On to the shop or the product, whatever its address is today. Unknown codes get a page that offers to search."""
    target = short_links.goes_to(code)
    if target is None:
        return render(request, "storefront/unknown_code.html", {"code": code}, status=404)
    return redirect(target)
