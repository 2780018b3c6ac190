"""How form widgets become HTML."""

from typing import Any

from django.forms.renderers import TemplatesSetting
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

_FOLDER = "django/forms/widgets/"
INPUTS = frozenset(f"{_FOLDER}{name}.html" for name in ("input", "text", "hidden", "number", "email", "url"))
OPTIONS = frozenset(f"{_FOLDER}{name}.html" for name in ("radio_option", "checkbox_option"))


class Renderer(TemplatesSetting):
    """Forms by templates, but for a plain `<input>`: Django takes three templates to write that one tag, and a page of
    questions has a dozen of them."""

    def render(self, template_name: str, context: dict[str, Any], request: HttpRequest | None = None) -> str:
        """The widget, as its template would write it."""
        widget = context.get("widget", {})
        if template_name in INPUTS or (template_name in OPTIONS and not widget.get("wrap_label")):
            return _input(widget)
        return super().render(template_name, context, request)


def _input(widget: dict[str, Any]) -> SafeString:
    value = "" if widget["value"] is None else format_html(' value="{}"', str(widget["value"]))
    more = format_html_join("", "{}", ((_attribute(*each),) for each in widget["attrs"].items()))
    return format_html('<input type="{}" name="{}"{}{}>', widget["type"], widget["name"], value, more)


def _attribute(name: str, value: Any) -> SafeString:
    if value is False:
        return SafeString("")
    return format_html(" {}", name) if value is True else format_html(' {}="{}"', name, str(value))
