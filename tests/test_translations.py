"""Every string that a person can read is Vietnamese in the source and has its English; none is forgotten."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import polib
import pytest
from django.conf import settings
from django.utils.translation.template import templatize

ROOT = Path(settings.BASE_DIR)
CATALOGUE = ROOT / "locale" / "en" / "LC_MESSAGES" / "django.po"
APPS = [
    "accounts",
    "catalog",
    "common",
    "config",
    "growth",
    "orders",
    "payments",
    "places",
    "sellers",
    "storefront",
]
CALLS = {"_", "gettext", "gettext_lazy", "gettext_noop"}
PLURAL_CALLS = {"ngettext", "ngettext_lazy"}
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|\{\w+\}|%%|<(/?\w+)")
IN_TEMPLATE = re.compile(r"""\b(?:gettext|ngettext)\(u?("(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*')""")


def strings_in_code(path: Path) -> Iterator[str]:
    """First arguments of translation calls in a Python file."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if (
            (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Name)
                and node.func.id in CALLS | PLURAL_CALLS
            )
            and node.args
            and isinstance(node.args[0], ast.Constant)
            and isinstance(node.args[0].value, str)
        ):
            yield node.args[0].value


def strings_in_template(path: Path) -> Iterator[str]:
    """What {% translate %} and {% blocktranslate %} hold, as makemessages reads it."""
    text = path.read_text(encoding="utf-8")
    for literal in IN_TEMPLATE.findall(templatize(text, origin=str(path))):
        yield ast.literal_eval(literal)


def all_strings() -> set[str]:
    """Every translatable string of the project."""
    code = [path for app in APPS for path in (ROOT / app).rglob("*.py") if "migrations" not in path.parts]
    found = {text for path in code for text in strings_in_code(path)}
    templates = [
        path
        for path in (ROOT / "templates").rglob("*")
        if path.suffix in (".html", ".txt", ".js", ".webmanifest")
    ]
    return {
        text for text in found | {text for path in templates for text in strings_in_template(path)} if text
    }


@pytest.fixture(scope="module")
def catalogue() -> polib.POFile:
    return polib.pofile(str(CATALOGUE))


def test_every_string_of_the_project_is_in_the_english_catalogue(catalogue):
    known = {entry.msgid for entry in catalogue if not entry.obsolete}
    assert min(len(known), len(all_strings())) > 700
    assert sorted(all_strings() - known) == []


def test_every_entry_is_translated_and_none_is_a_guess(catalogue):
    assert [entry.msgid for entry in catalogue if entry.fuzzy or not entry.translated()] == []


def test_translations_keep_their_placeholders_and_tags(catalogue):
    def parts(text: str) -> list[str]:
        return sorted(match.group() for match in PLACEHOLDER.finditer(text))

    wrong = [
        e.msgid
        for e in catalogue
        for text in [e.msgstr, *e.msgstr_plural.values()]
        if text and parts(text) != parts(e.msgid)
    ]
    assert wrong == []


def test_what_is_served_is_what_is_written(catalogue):
    served = {entry.msgid: entry.msgstr for entry in polib.mofile(str(CATALOGUE.with_suffix(".mo")))}
    assert served == {entry.msgid: entry.msgstr for entry in catalogue}
