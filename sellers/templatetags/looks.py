"""A shop's look in a page's head."""

from django import template
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from sellers.themes import DEFAULT, THEMES, samples_version, version_of

register = template.Library()


@register.simple_tag
def look_css(code: str) -> SafeString | str:
    """The style sheet of a look; nothing for the default one, which is the site's own."""
    theme = THEMES.get(code)
    if theme is None or code == DEFAULT:
        return ""
    return _link(reverse("look_css", args=[code, version_of(theme)]))


@register.simple_tag
def look_samples() -> SafeString:
    """All looks beside each other, each within `.look-<code>`."""
    return _link(reverse("look_css", args=["mau", samples_version()]))


def _link(address: str) -> SafeString:
    return format_html('<link rel="stylesheet" href="{}">', address)
