"""The style sheets of shops' looks, rendered from data (see themes.py)."""

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from sellers.themes import SAMPLES, THEMES, css_of, samples_css


@require_safe
@cache_control(public=True, max_age=31536000, immutable=True)
def look_css(request: HttpRequest, code: str, version: str) -> HttpResponse:
    """One look, or all of them as samples. `version` only makes a new address when the look changes."""
    if code == SAMPLES:
        return HttpResponse(samples_css(), content_type="text/css")
    theme = THEMES.get(code)
    if theme is None:
        raise Http404
    return HttpResponse(css_of(theme), content_type="text/css")
