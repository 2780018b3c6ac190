"""What the lines of a table of goods mean, and writing them all or none."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from difflib import get_close_matches
from typing import Any

from django.db import transaction
from django.db.models import TextChoices
from django.utils import translation
from django.utils.translation import gettext as _

from catalog import services
from catalog.errors import BadProduct
from catalog.gtin import BadGtin, read_gtin
from catalog.menus import kinds
from catalog.models import Category, Product
from catalog.queries import goods_of
from catalog.seasons import ALL_YEAR, mask_of
from catalog.services import ProductFacts, facts_of
from catalog.spreadsheets import BY_KEY, SheetRow
from catalog.units import NetUnit, Unit, usual_step
from catalog.wording import in_words
from common import audit
from common.actors import Actor
from common.codes import code_from
from common.folding import fold, strip_marks
from common.money import BadAmount, read_dong, show_dong
from common.quantity import BadQuantity, read_quantity, show_quantity
from common.spreadsheets import clean_text
from sellers.models import Shop

LOW_PRICE = 1_000  # đồng: below it a "35.000" has probably become 35 in the spreadsheet
ASKED_AT = {"photo": "title", "step": "minimum"}  # fields of a refusal that the table has no column for


class BadCell(ValueError):
    """A text that its column cannot mean; the message tells the person what to write instead."""


@dataclass
class CheckedRow:
    """One line as understood. `product` is the one it changes, None for a new one; `errors` are by column."""

    row: SheetRow
    facts: ProductFacts | None = None
    product: Product | None = None
    code: str = ""  # of a new product, the same one at every check
    errors: dict[str, str] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)
    changes: list[str] = field(default_factory=list)

    @property
    def said(self) -> str:
        """What was understood, in words; what was written where nothing was."""
        if self.facts is not None:
            return in_words(self.facts)
        return self.row.cells.get("title", "")[:80]

    @property
    def bad_cells(self) -> list[tuple[str, str, str, str]]:
        """Key, heading, text and error of each cell at fault, in the order of the columns."""
        return [
            (key, column.heading, self.row.cells.get(key, ""), self.errors[key])
            for key, column in BY_KEY.items()
            if key in self.errors
        ]


@dataclass(frozen=True)
class Checked:
    """A whole table as understood against the shelf of now."""

    rows: list[CheckedRow]

    @property
    def bad(self) -> list[CheckedRow]:
        return [row for row in self.rows if row.errors]

    @property
    def new(self) -> list[CheckedRow]:
        return [row for row in self.rows if not row.errors and row.product is None]

    @property
    def changed(self) -> list[CheckedRow]:
        return [row for row in self.rows if not row.errors and row.product is not None and row.changes]

    @property
    def same(self) -> list[CheckedRow]:
        return [row for row in self.rows if not row.errors and row.product is not None and not row.changes]


@dataclass(frozen=True)
class Written:
    """How many products a table listed and changed."""

    listed: int
    changed: int


# --- checking and writing -------------------------------------------------------------------------------------------


def check_rows(
    shop: Shop, rows: list[SheetRow], *, key: str, seen: dict[str, str], locked: bool = False
) -> Checked:
    """What every line means against the shelf of now. Never raises for what stands in a cell.

    `key` names the upload: a new product gets its code from it, so that writing twice makes it once. `seen` are the
    stocks by code that the table was first compared with: a figure that only repeats them undoes no sale. 1 query,
    beside the kinds.
    """
    words = _Words()
    shelf = goods_of(shop).prefetch_related(None).order_by("pk")
    products = {
        product.public_code: product
        for product in (shelf.select_for_update(of=("self",)) if locked else shelf)
    }
    for product in products.values():
        product.shop = shop
    titles = [fold(product.title) for product in products.values()]
    checked: list[CheckedRow] = []
    codes: set[str] = set()
    for number, row in enumerate(rows):
        line = CheckedRow(row, code=code_from("import", shop.pk, key, number))
        _Reading(line, products, codes, seen, words, shop).read()
        title = fold(line.facts.title) if line.facts else ""
        if line.product is None and title and title in titles and line.code not in products:
            line.warnings.append(_("Đã có món cùng tên. Dòng này sẽ thành một món nữa."))
        titles.append(title)
        checked.append(line)
    return Checked(checked)


@transaction.atomic
def write_rows(
    shop: Shop, rows: list[SheetRow], *, key: str, seen: dict[str, str], by: Actor
) -> tuple[Checked, Written | None]:
    """Put a whole table on the shelf, or nothing of it: None beside the lines if one of them is wrong by now.

    Safe to call twice with the same `key`: what the first call listed is left as it is.
    """
    Shop.objects.select_for_update().get(pk=shop.pk)  # two presses stand in line here
    checked = check_rows(shop, rows, key=key, seen=seen, locked=True)
    if checked.bad or not checked.rows:
        return checked, None
    there = set(Product.objects.filter(shop=shop).values_list("public_code", flat=True))
    listed = changed = 0
    for line in checked.rows:
        assert line.facts is not None
        if line.product is None and line.code not in there:
            services.list_product(shop, line.facts, by=by, code=line.code)
            listed += 1
        elif line.product is not None and line.changes:
            services.change_product(line.product, line.facts, by=by)
            changed += 1
    if listed or changed:
        audit.record("products.imported", shop, by=by, listed=listed, changed=changed)
    return checked, Written(listed, changed)


def stocks_seen(checked: Checked) -> dict[str, str]:
    """The stocks that a table was compared with, by code, for a later `seen`."""
    return {
        line.product.public_code: str(line.product.stock) for line in checked.rows if line.product is not None
    }


# --- one line -------------------------------------------------------------------------------------------------------


@dataclass
class _Reading:
    """Reads the cells of one line, noting at each column what is wrong with it."""

    line: CheckedRow
    products: dict[str, Product]
    codes: set[str]
    seen: dict[str, str]
    words: "_Words"
    shop: Shop

    def read(self) -> None:
        self.line.errors.update(self.line.row.refused)
        self._find_product()
        facts = self._facts()
        if facts is None or self.line.errors:
            return
        try:
            services.check_facts(facts, self.shop)
        except BadProduct as bad:
            self.line.errors[ASKED_AT.get(bad.field or "", bad.field or "title")] = str(bad)
            return
        self.line.facts = facts
        if self.line.product is not None:
            self.line.changes = changes_between(facts_of(self.line.product), facts)
        if facts.price < LOW_PRICE:
            self.line.warnings.append(
                _("Giá chỉ %(price)s, có thiếu số 0 không?") % {"price": show_dong(facts.price)}
            )

    def _find_product(self) -> None:
        code = self._text("code").upper()
        if not code:
            return
        self.line.product = self.products.get(code)
        if self.line.product is None:
            self.line.errors["code"] = _("Không có món nào mã này trong gian hàng. Để trống để đăng món mới.")
        elif code in self.codes:
            self.line.errors["code"] = _("Mã này đã có ở một dòng trên.")
        self.codes.add(code)

    def _facts(self) -> ProductFacts | None:
        """The line over what is known: a cell left empty keeps what an existing product says."""
        product = self.line.product
        said: dict[str, Any] = {
            name: self._cell(key, read)
            for name, key, read in (
                ("title", "title", _title), ("category", "kind", self.words.kind), ("price", "price", _price),
                ("unit", "unit", self.words.unit), ("stock", "stock", read_quantity), ("minimum", "minimum", _above_zero),
                ("season_mask", "months", read_months), ("variety", "variety", _variety), ("grade", "grade", self.words.grade),
                ("making", "making", self.words.making), ("net_quantity", "net_quantity", _above_zero),
                ("net_unit", "net_unit", self.words.net_unit), ("gtin", "gtin", read_gtin),
                ("harvest_on", "harvest_on", _day), ("preorder_cap", "preorder_cap", _above_zero),
                ("hidden", "hidden", _yes), ("description", "description", str),
            )
        }  # fmt: skip
        uncounted = self._cell("uncounted", _yes)
        said = {name: value for name, value in said.items() if value is not None}
        if product is None:
            for name, key in (("title", "title"), ("category", "kind"), ("price", "price"), ("unit", "unit")):
                if name not in said and key not in self.line.errors:
                    self.line.errors[key] = _("Ô này phải ghi.")
        if self.line.errors:
            return None
        return self._over(product, said, uncounted)

    def _over(
        self, product: Product | None, said: dict[str, Any], uncounted: bool | None
    ) -> ProductFacts | None:
        step = usual_step(said["unit"]) if "unit" in said else Decimal(1)
        if product is None:
            start: dict[str, Any] = {
                "counted": not uncounted,
                "stock": Decimal(0),
                "minimum": step,
                "step": step,
            }
            said = start | said
            if "harvest_on" in said and "stock" not in self.line.row.cells:
                said["stock"] = said.get("preorder_cap", Decimal(0))
            elif said["counted"] and not self._text("stock"):
                self.line.errors["stock"] = _("Hãy ghi còn bao nhiêu, hoặc “có” ở cột “Lúc nào cũng có”.")
                return None
            return _with_cap(ProductFacts(**said))
        if said.get("unit", product.unit) != product.unit:
            said = {"step": step, "minimum": step} | said
        if uncounted is not None:
            said["counted"] = not uncounted
        if said.get("stock") == self._stock_seen(product):
            del said["stock"]
        return _with_cap(replace(facts_of(product), **said))

    def _stock_seen(self, product: Product) -> Decimal:
        """The stock that the table was compared with: repeating it means that nothing was counted anew."""
        seen = self.seen.get(product.public_code)
        return product.stock if seen is None else Decimal(seen)

    def _text(self, key: str) -> str:
        return clean_text(self.line.row.cells.get(key, ""))

    def _cell(self, key: str, read: Callable[[str], Any]) -> Any:
        """What a cell means; None if it is empty or wrong, which is noted."""
        text = self._text(key)
        if not text or key in self.line.errors:
            return None
        try:
            return read(text)
        except (BadCell, BadAmount, BadQuantity, BadGtin) as bad:
            self.line.errors[key] = str(bad)
            return None


def _with_cap(facts: ProductFacts) -> ProductFacts:
    """Goods ordered ahead without a bound take as many orders as there are."""
    if facts.harvest_on is None or facts.preorder_cap is not None:
        return facts
    return replace(facts, preorder_cap=facts.stock)


def changes_between(before: ProductFacts, after: ProductFacts) -> list[str]:
    """What differs, in words: figures with old and new, everything else by the heading of its column."""
    changes = []
    if before.price != after.price:
        changes.append(
            _("giá %(old)s → %(new)s") % {"old": show_dong(before.price), "new": show_dong(after.price)}
        )
    if before.stock != after.stock:
        changes.append(
            _("còn %(old)s → %(new)s")
            % {"old": show_quantity(before.stock), "new": show_quantity(after.stock)}
        )
    headings = {"season_mask": "months", "category": "kind", "counted": "uncounted"}
    others = (
        "title", "category", "unit", "counted", "minimum", "season_mask", "variety", "grade", "making", "net_quantity",
        "net_unit", "gtin", "harvest_on", "preorder_cap", "hidden", "description",
    )  # fmt: skip
    for name in others:
        if getattr(before, name) != getattr(after, name):
            changes.append(BY_KEY[headings.get(name, name)].heading.casefold())
    return changes


# --- one cell -------------------------------------------------------------------------------------------------------


def _title(text: str) -> str:
    title = " ".join(text.split())
    if len(title) > 80:
        raise BadCell(_("Tên dài quá 80 chữ."))
    return title


def _variety(text: str) -> str:
    if len(text) > 60:
        raise BadCell(_("Tên giống dài quá 60 chữ."))
    return text


def _price(text: str) -> int:
    amount = read_dong(text)
    if amount <= 0:
        raise BadCell(_("Giá phải lớn hơn 0 đồng."))
    return amount


def _above_zero(text: str) -> Decimal:
    number = read_quantity(text)
    if number <= 0:
        raise BadCell(_("Số này phải lớn hơn 0."))
    return number


def _yes(text: str) -> bool:
    said = fold(text)
    if said in ("co", "x", "yes", "true", "1", "dung"):
        return True
    if said in ("khong", "no", "false", "0", "ko"):
        return False
    raise BadCell(_("Hãy ghi “có” hoặc “không”."))


def _day(text: str) -> date:
    for pattern in ("%d/%m/%Y", "%Y-%m-%d", "%d-%m-%Y", "%d.%m.%Y"):
        try:
            return datetime.strptime(text, pattern).date()
        except ValueError:
            continue
    raise BadCell(_("Hãy ghi ngày như 12/6/2027."))


def read_months(text: str) -> int:
    """Season months as people write them: "7-9", "7, 8, 9", "tháng 11 đến 2", "quanh năm". Raises BadCell."""
    said = re.sub(r"\b(thang|tu)\b|\s", " ", strip_marks(text).casefold()).strip()
    if said in ("quanh nam", "ca nam", "all year"):
        return ALL_YEAR
    said = re.sub(r"\s*(-|–|—|~|\bden\b|\btoi\b)\s*", "-", said)
    months: set[int] = set()
    for part in re.split(r"\s*(?:[,;+&]|\bva\b)\s*|\s+", said):
        match = re.fullmatch(r"([0-9]{1,2})(?:-([0-9]{1,2}))?", part)
        first, last = (int(match[1]), int(match[2] or match[1])) if match else (0, 0)
        if not (1 <= first <= 12 and 1 <= last <= 12):
            raise BadCell(_("Không rõ tháng nào. Hãy ghi như “7, 8, 9” hoặc “từ 7 đến 9”."))
        months.update((first + step - 1) % 12 + 1 for step in range((last - first) % 12 + 1))
    return mask_of(months)


class _Words:
    """The words that choices and kinds go by, folded, in both languages."""

    def __init__(self) -> None:
        self.kinds: dict[str, Category] = {}
        for kind in kinds():
            for name in (kind.slug, kind.name_en, kind.name):
                self.kinds[fold(name)] = kind
        self.units, self.net_units = _names_of(Unit), _names_of(NetUnit)
        self.grades, self.makings = _names_of(Product.Grade), _names_of(Product.Making)

    def kind(self, text: str) -> Category:
        found = self.kinds.get(fold(text))
        if found is not None:
            return found
        near = get_close_matches(fold(text), self.kinds, n=1, cutoff=0.6)
        if near:
            raise BadCell(_("Không có loại này. Có phải “%(kind)s”?") % {"kind": self.kinds[near[0]]})
        names = dict.fromkeys(str(kind) for kind in self.kinds.values())
        raise BadCell(_("Không có loại này. Hãy chọn: %(kinds)s.") % {"kinds": ", ".join(list(names)[:15])})

    def unit(self, text: str) -> str:
        return _choice(text, self.units, _("Không rõ đơn vị. Hãy chọn như kg, quả, bó, chai, gói."))

    def net_unit(self, text: str) -> str:
        return _choice(text, self.net_units, _("Hãy chọn g, kg, ml hoặc lít."))

    def grade(self, text: str) -> str:
        return _choice(text, self.grades, _("Hãy ghi loại đặc biệt, loại 1, loại 2 hoặc hàng xô."))

    def making(self, text: str) -> str:
        return _choice(text, self.makings, _("Hãy ghi tươi; phơi, sấy khô; hoặc đã chế biến."))


def _names_of(choices: type[TextChoices]) -> dict[str, str]:
    """Code, label, and label without what stands in brackets, each folded."""
    names: dict[str, str] = {}
    for language in ("en", "vi"):
        with translation.override(language):
            for value, label in choices.choices:
                for name in (value, str(label), re.sub(r"\(.*\)", "", str(label))):
                    names[fold(name)] = value
    return names


def _choice(text: str, names: dict[str, str], otherwise: str) -> str:
    found = names.get(fold(text))
    if found is None:
        raise BadCell(otherwise)
    return found


def rows_from(packed: Iterable[Any]) -> list[SheetRow]:
    """The lines of a table out of what `packed_rows` made."""
    return [SheetRow(number, dict(cells), dict(refused)) for number, cells, refused in packed]


def packed_rows(rows: list[SheetRow]) -> list[Any]:
    """Lines as plain lists, to travel with a form."""
    return [[row.number, row.cells, row.refused] for row in rows]
