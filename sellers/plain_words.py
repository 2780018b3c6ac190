"""Rich text as plain lines and back, for people who write on a phone."""

from html import unescape

from django.utils.html import escape, strip_tags
from wagtail.rich_text import RichText

_BREAKS = ("</p>", "<br/>", "<br>", "</li>")


def plain_text(value: RichText | str) -> str:
    """Rich text as lines, one for each paragraph."""
    source = value.source if isinstance(value, RichText) else value
    for mark in _BREAKS:
        source = source.replace(mark, mark + "\n")
    lines = [line.strip() for line in unescape(strip_tags(source)).splitlines()]
    return "\n".join(line for line in lines if line)


def rich_text(text: str) -> str:
    """Lines as paragraphs, every sign of them kept as a letter."""
    return "".join(f"<p>{escape(line.strip())}</p>" for line in text.splitlines() if line.strip())
