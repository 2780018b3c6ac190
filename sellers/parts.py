"""Plain questions on a phone for any block of a shop page.

The questions are derived from the blocks themselves (see blocks.py), so the phone and the Wagtail admin can never ask
for different things: a text block becomes a text field with the same limits, a photo a file input, a list a row of
small forms. What is answered goes back through the block's own cleaning.
"""

import copy
from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.blocks.list_block import ListValue
from wagtail.blocks.struct_block import StructBlockValidationError

from common.errors import Refusal
from common.folding import nfc
from sellers.blocks import MOST_BLOCKS, SHOP_BLOCKS, FeaturedBlock, Part, Photo, plain
from sellers.forms import PhotoInput
from sellers.models import Picture, Shop
from sellers.plain_words import plain_text, rich_text
from sellers.services.pictures import add_picture

KINDS: dict[str, Part] = dict(SHOP_BLOCKS)


def kind_of(name: str) -> Part | None:
    """The block a name stands for; None for a made-up one."""
    return KINDS.get(name)


def kinds_to_add(raw: list[Mapping[str, Any]]) -> list[tuple[str, Part]]:
    """What may still be added to a page: all kinds, less those that stand once and are there already."""
    if len(raw) >= MOST_BLOCKS:
        return []
    there = {block["type"] for block in raw}
    return [(name, block) for name, block in SHOP_BLOCKS if not (block.once and name in there)]


class PartForm(forms.Form):
    """The single answers of a block, or of one item of its list.

    A photo is asked for by a file field; `<name>_kept` carries the id of one that is there already, which must be a
    picture of the shop: anybody else's is treated as if it did not exist.
    """

    def __init__(
        self, block: blocks.StructBlock, shop: Shop, *args: Any, source: Any = None, **kwargs: Any
    ) -> None:
        first = _initial(block, source) if source is not None else None
        super().__init__(*args, **kwargs | {"initial": first})
        self.block, self.shop, self.source = block, shop, source
        self.kept: dict[str, Picture | None] = {}
        for name, child in block.child_blocks.items():
            for field_name, field in _questions(name, child, shop):
                self.fields[field_name] = field

    @property
    def photo_names(self) -> list[str]:
        """The questions that are answered with a photo."""
        return [name for name, child in self.block.child_blocks.items() if isinstance(child, Photo)]

    @property
    def rows(self) -> list[dict[str, Any]]:
        """The questions in order, each photo with what is there already."""
        names = [name for name, child in self.block.child_blocks.items() if name in self.fields]
        return [
            {"field": self[name], "kept": self.kept.get(name), "kept_field": self[f"{name}_kept"],
             "drop": None if self.block.child_blocks[name].required else self[f"{name}_drop"], "photo": True}
            if name in self.photo_names
            else {"field": self[name], "boxes": isinstance(self.block.child_blocks[name], blocks.MultipleChoiceBlock)}
            for name in names
        ]  # fmt: skip

    def keep_photos(self, by: Any) -> None:
        """Keep what was uploaded, so that a slip elsewhere costs no second upload. Call after is_valid()."""
        for name in self.photo_names:
            upload = self.cleaned_data.get(name)
            dropped = self.cleaned_data.get(f"{name}_drop")
            if upload:
                try:
                    self.kept[name] = add_picture(
                        upload, purpose=Picture.Purpose.SHOP, title=self.shop.name, by=by, shop=self.shop
                    )
                except Refusal as refusal:
                    self.add_error(name, str(refusal))
            elif not dropped:
                self.kept[name] = picture_of(self.shop, self.cleaned_data.get(f"{name}_kept"))
            if self.block.child_blocks[name].required and not self.kept.get(name) and name not in self.errors:
                self.add_error(name, _("Hãy chụp hoặc chọn một tấm ảnh."))

    @property
    def is_blank(self) -> bool:
        """Whether nothing at all was answered: such an item of a list is left out."""
        said = [value for name, value in self.cleaned_data.items() if not name.endswith(("_kept", "_drop"))]
        return not any(said) and not any(self.kept.values())

    def answers(self) -> dict[str, Any]:
        """The values by the block's own names."""
        found: dict[str, Any] = {}
        for name, child in self.block.child_blocks.items():
            if isinstance(child, Photo):
                found[name] = self.kept.get(name)
            elif name in self.fields:
                found[name] = self._composed(name, child, self.cleaned_data.get(name))
        return found

    def _composed(self, name: str, child: blocks.Block, said: Any) -> Any:
        """The answer in the composed letters we store. Rich words that were not touched keep an editor's bold."""
        text = nfc(said.replace("\r\n", "\n")) if isinstance(said, str) else said
        if not isinstance(child, blocks.RichTextBlock):
            return text
        before = self.source and self.source.get(name)
        return plain(before) if before and text == plain_text(plain(before)) else rich_text(text or "")


def picture_of(shop: Shop, pk: Any) -> Picture | None:
    """A picture of this shop, with its sizes."""
    if not pk:
        return None
    return (
        Picture.objects.filter(pk=pk, shop=shop)
        .exclude(purpose=Picture.Purpose.EVIDENCE)
        .prefetch_related("renditions")
        .first()
    )


def _questions(name: str, child: blocks.Block, shop: Shop) -> list[tuple[str, forms.Field]]:
    """The form fields for one child of a block; none for a list, which has forms of its own."""
    label, hint = child.label or name, getattr(child.meta, "help_text", "") or ""
    if isinstance(child, Photo):
        return [
            (name, forms.FileField(label=label, required=False, widget=PhotoInput(), max_length=200)),
            (f"{name}_kept", forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput)),
            (f"{name}_drop", forms.BooleanField(label=_("Bỏ ảnh này"), required=False)),
        ]
    if isinstance(child, blocks.RichTextBlock):
        words = forms.CharField(
            label=label, help_text=hint, required=child.required, max_length=child.max_length or 1500,
            widget=forms.Textarea({"rows": 6}),
        )  # fmt: skip
        return [(name, words)]
    if isinstance(child, blocks.ListBlock):
        return []
    field: Any = copy.deepcopy(child.field)
    field.label, field.help_text = label, hint
    if isinstance(child, blocks.TextBlock):
        field.widget = forms.Textarea({"rows": 3, "maxlength": field.max_length})
    elif isinstance(child, blocks.MultipleChoiceBlock):
        field.widget = forms.CheckboxSelectMultiple(choices=field.choices)
    return [(name, field)]


class GoodsForm(forms.Form):
    """Which goods stand first: ticked among the shop's own, at most four."""

    codes = forms.MultipleChoiceField(label=_("Chọn món"), widget=forms.CheckboxSelectMultiple)

    def __init__(self, shop: Shop, most: int, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        goods = shop.products.filter(archived_at=None, hidden=False).order_by("-created_at")[:60]
        self.most = most
        self.fields["codes"].choices = [(row.public_code, row.title) for row in goods]  # type: ignore[attr-defined]

    def clean_codes(self) -> list[str]:
        chosen = self.cleaned_data["codes"]
        if len(chosen) > self.most:
            raise forms.ValidationError(_("Chọn nhiều nhất %(n)s món.") % {"n": self.most})
        return chosen


class PartEditor:
    """One block of a page as questions: `head` for its single answers, `items` for its list, `goods` for goods.

    With `data` it reads answers; `value()` is then the block's value, ready for the database.
    """

    def __init__(
        self, kind: str, shop: Shop, *, value: Any = None, data: Any = None, files: Any = None, more: int = 0
    ) -> None:
        self.kind, self.shop, self.block = kind, shop, KINDS[kind]
        self.data, self.files = data, files
        self.error = ""
        value = value if value is not None else self.block.get_default()
        self.head = PartForm(self.block, shop, data, files, source=value)
        self.list_name, self.list_block = _list_of(self.block)
        self.goods: GoodsForm | None = None
        self.items: list[PartForm] = []
        if isinstance(self.block, FeaturedBlock):
            self.goods = GoodsForm(
                shop, self.list_block.meta.max_num, data, initial={"codes": list(value["codes"])}
            )
        elif self.list_block is not None:
            self.items = self._items(value[self.list_name], more)
        for form in (self.head, *self.items):
            if not form.is_bound and form.source is not None:
                form.kept = {name: _get(form.source, name) for name in form.photo_names}

    @property
    def fields_said(self) -> bool:
        """Whether the block asks anything besides its list."""
        return any(not field.is_hidden for field in self.head)

    @property
    def room(self) -> bool:
        """Whether the list may grow."""
        return self.list_block is not None and not self.goods and len(self.items) < self._most

    @property
    def _most(self) -> int:
        return self.list_block.meta.max_num or 12

    def _items(self, rows: ListValue, more: int) -> list[PartForm]:
        """A form for each item and one blank; as many as were sent when reading answers."""
        child = _as_struct(self.list_block.child_block)
        count = len(rows) + 1 if self.data is None else _number(self.data.get("count"))
        count = max(1, min(count + more, self._most))
        return [
            PartForm(
                child, self.shop, self._answers_for(n), self.files, prefix=f"i{n}",
                source=rows[n] if n < len(rows) else None, use_required_attribute=False,
            )
            for n in range(count)
        ]  # fmt: skip

    def _answers_for(self, n: int) -> Any:
        """What was sent for an item; nothing for the fresh one that "add another" brings."""
        return self.data if self.data is not None and n < _number(self.data.get("count")) else None

    def is_valid(self, by: Any) -> bool:
        """Read every answer, keep every photo. Each form then carries its own errors."""
        bound = [form for form in (self.head, *self.items) if form.is_bound]
        for form in bound:
            form.is_valid()
            form.keep_photos(by)
        for form in self.items:
            if form.is_bound and form.is_blank:
                form.errors.clear()  # a blank item is no mistake
        if self.goods is not None and not self.goods.is_valid():
            return False
        return not any(form.errors for form in bound)

    def value(self) -> Any:
        """The block's value, cleaned by the block itself. Raises ValidationError with a sentence."""
        said = self.head.answers()
        if self.goods is not None:
            said[self.list_name] = self.goods.cleaned_data["codes"]
        elif self.list_block is not None:
            bare = not isinstance(self.list_block.child_block, blocks.StructBlock)
            rows = [form.answers() for form in self.items if form.is_bound and not form.is_blank]
            said[self.list_name] = [row["photo"] if bare else row for row in rows]
            least = self.list_block.meta.min_num or 0
            if len(rows) < least:
                raise ValidationError(_("Hãy ghi ít nhất một mục."))
        value = self.block.normalize(said)
        try:
            return self.block.get_prep_value(self.block.clean(value))
        except StructBlockValidationError as bad:
            raise ValidationError(_sentence(bad)) from bad


def _number(text: Any) -> int:
    return int(text) if str(text or "").isdecimal() and len(str(text)) < 4 else 1


def _get(source: Any, name: str) -> Any:
    return source if isinstance(source, Picture) or source is None else source.get(name)


def _list_of(block: blocks.StructBlock) -> tuple[str, Any]:
    return next(
        ((name, child) for name, child in block.child_blocks.items() if isinstance(child, blocks.ListBlock)),
        ("", None),
    )


class _OnePhoto(blocks.StructBlock):
    """A list of bare photos, asked for one at a time."""

    photo = Photo(label=_("Ảnh"), required=False)


def _as_struct(child: blocks.Block) -> blocks.StructBlock:
    return child if isinstance(child, blocks.StructBlock) else _OnePhoto()


def _initial(block: blocks.StructBlock, value: Any) -> dict[str, Any]:
    """A block's value as a form's first answers."""
    found: dict[str, Any] = {}
    for name, child in block.child_blocks.items():
        part = _get(value, name)
        if isinstance(child, Photo):
            found[f"{name}_kept"] = part.pk if part else None
        elif isinstance(child, blocks.RichTextBlock):
            found[name] = plain_text(plain(part)) if part else ""
        elif not isinstance(child, blocks.ListBlock):
            found[name] = part
    return found


def _sentence(bad: ValidationError) -> str:
    """The first sentence in a block's nested errors."""
    for inner in getattr(bad, "block_errors", {}).values() if hasattr(bad, "block_errors") else ():
        return _sentence(inner)
    return str(next(iter(bad.messages), _("Chưa đúng, xem lại giúp.")))


def summary_of(kind: str, value: Any) -> str:
    """A few words of a block for the list of parts: its first text, its photos counted."""
    for name, child in KINDS[kind].child_blocks.items():
        part = value.get(name)
        if isinstance(child, blocks.RichTextBlock) and part:
            return plain_text(plain(part))[:90]
        if isinstance(child, blocks.CharBlock | blocks.TextBlock) and part and name != "heading":
            return str(part)[:90]
        if isinstance(child, blocks.ListBlock) and part:
            words = [_word(item) for item in part]
            return ", ".join(word for word in words if word)[:90] or str(len(words))
    return str(value.get("heading") or "")


def _word(item: Any) -> str:
    if isinstance(item, Picture) or item is None:
        return ""
    return item if isinstance(item, str) else str(next(iter(item.values()), ""))
