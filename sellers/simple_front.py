"""A shop's page as four plain questions, for people who write it on a phone.

The page is a list of blocks (see blocks.py). The farmer's form answers the first story, delivery and notice; blocks
that it does not know, such as galleries and questions, stay where they are.
"""

from dataclasses import dataclass
from html import unescape
from typing import Any

from django.utils.html import escape, strip_tags
from wagtail.blocks import StreamValue
from wagtail.rich_text import RichText

from sellers.models import ShopFront

_BREAKS = ("</p>", "<br/>", "<br>", "</li>")


@dataclass(frozen=True)
class FrontWords:
    """What a shop's page says, in plain text; empty where it says nothing."""

    tagline: str = ""
    story: str = ""
    delivery_days: str = ""
    delivery: str = ""
    notice: str = ""


def words_of(front: ShopFront) -> FrontWords:
    """The words of a version of the page."""
    story, delivery, notice = (_first(front.body, kind) for kind in ("story", "delivery", "notice"))
    return FrontWords(
        tagline=front.tagline,
        story=plain_text(story["text"]) if story else "",
        delivery_days=delivery["days"] if delivery else "",
        delivery=delivery["text"] if delivery else "",
        notice=notice["text"] if notice else "",
    )


def body_with(front: ShopFront, words: FrontWords) -> list[dict[str, Any]]:
    """The page's blocks, raw, with these words in them. An answer left empty takes its block away."""
    before, raw = words_of(front), list(front.body.raw_data)
    if words.story != before.story:  # else an editor's bold words would be lost at every save
        raw = _put(raw, "story", {"text": rich_text(words.story)} if words.story else None, 0)
    if (words.delivery_days, words.delivery) != (before.delivery_days, before.delivery):
        said = words.delivery_days or words.delivery
        raw = _put(
            raw, "delivery", {"days": words.delivery_days, "text": words.delivery} if said else None, len(raw)
        )
    if words.notice != before.notice:
        raw = _put(raw, "notice", {"text": words.notice} if words.notice else None, 0)
    return raw


def _first(body: StreamValue, kind: str) -> Any:
    return next((block.value for block in body if block.block_type == kind), None)


def _put(raw: list[Any], kind: str, value: dict[str, Any] | None, where: int) -> list[dict[str, Any]]:
    """Change, add or take away the first block of a kind. What the block holds besides `value` is kept."""
    at = next((i for i, block in enumerate(raw) if block["type"] == kind), None)
    if at is None:
        new = [{"type": kind, "value": _DEFAULTS.get(kind, {}) | value}] if value else []
        return [*raw[:where], *new, *raw[where:]]
    kept = [{**raw[at], "value": {**raw[at]["value"], **value}}] if value else []
    return [*raw[:at], *kept, *raw[at + 1 :]]


_DEFAULTS: dict[str, dict[str, Any]] = {"story": {"heading": "Chuyện nhà mình", "picture": None}}


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
