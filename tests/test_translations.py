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
# The folders that `make messages` leaves out, and those without source of ours.
LEFT_OUT = {"tests", "bench", "migrations", "node_modules", "staticfiles", "media"}
TEMPLATES = {".html", ".txt", ".js", ".webmanifest"}
# Where the message stands among the arguments: after the context for the p… functions.
MESSAGE_AT = {"_": 0} | {
    prefix + name + suffix: at
    for prefix, name, at in [
        ("", "gettext", 0),
        ("n", "gettext", 0),
        ("p", "gettext", 1),
        ("np", "gettext", 1),
    ]
    for suffix in ("", "_lazy", "_noop")
}
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|\{\w+\}|%%|<(/?\w+)")
LITERAL = r"""("(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*')"""
IN_TEMPLATE = re.compile(rf"\b(?:n?gettext|_)\(\s*u?{LITERAL}")
IN_TEMPLATE_WITH_CONTEXT = re.compile(rf"\bn?pgettext\(\s*u?{LITERAL}\s*,\s*u?{LITERAL}")

# The context (None where there is none) and the Vietnamese.
Message = tuple[str | None, str]


def messages_in_code(source: str) -> Iterator[Message]:
    """What translation calls in Python source hold, called by their name or through the module."""
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call):
            continue
        name = getattr(node.func, "id", None) or getattr(node.func, "attr", None)
        if name not in MESSAGE_AT:
            continue
        at = MESSAGE_AT[name]
        said = [
            arg.value
            for arg in node.args[: at + 1]
            if isinstance(arg, ast.Constant) and isinstance(arg.value, str)
        ]
        if len(said) == at + 1:
            yield (said[0] if at else None, said[at])


def messages_in_template(source: str) -> Iterator[Message]:
    """What translate, blocktranslate and _("…") in a template hold, as makemessages reads it."""
    code = templatize(source)
    for literal in IN_TEMPLATE.findall(code):
        yield None, ast.literal_eval(literal)
    for context, literal in IN_TEMPLATE_WITH_CONTEXT.findall(code):
        yield ast.literal_eval(context), ast.literal_eval(literal)


def all_messages() -> set[Message]:
    """Every translatable string of the project; a new app is read without being named here."""
    found: set[Message] = set()
    for folder in ROOT.iterdir():
        if not folder.is_dir() or folder.name.startswith(".") or folder.name in LEFT_OUT:
            continue
        for path in folder.rglob("*"):
            if LEFT_OUT & set(path.relative_to(ROOT).parts) or not path.is_file():
                continue
            if path.suffix == ".py":
                found |= set(messages_in_code(path.read_text(encoding="utf-8")))
            elif path.suffix in TEMPLATES and "templates" in path.parts:
                found |= set(messages_in_template(path.read_text(encoding="utf-8")))
    return {message for message in found if message[1]}


def wording(entry: polib.POEntry | polib.MOEntry) -> tuple[str, dict[int, str]]:
    """The English of an entry, with its plural forms."""
    return entry.msgstr, dict(entry.msgstr_plural)


@pytest.fixture(scope="module")
def catalogue() -> polib.POFile:
    return polib.pofile(str(CATALOGUE))


@pytest.mark.parametrize(
    "source",
    [
        '_("Chợ quê")',
        'gettext_lazy("Chợ " "quê")',
        'translation.gettext("Chợ quê")',
        'ngettext("Chợ quê", "Chợ quê", 2)',
    ],
)
def test_a_string_is_seen_however_the_code_asks_for_it(source):
    assert list(messages_in_code(source)) == [(None, "Chợ quê")]


@pytest.mark.parametrize(
    "source",
    [
        '{% translate "Chợ quê" %}',
        "{% translate 'Chợ quê' as title %}",
        "{% blocktranslate trimmed %}\n  Chợ\n  quê\n{% endblocktranslate %}",
        "{% blocktranslate count n=n %}Chợ quê{% plural %}Chợ quê{% endblocktranslate %}",
        '{% include "growth/figure.html" with name=_("Chợ quê") %}',
        '{{ _("Chợ quê") }}',
    ],
)
def test_a_string_is_seen_however_the_template_asks_for_it(source):
    assert list(messages_in_template(source)) == [(None, "Chợ quê")]


def test_a_string_is_told_apart_by_its_context():
    assert list(messages_in_code('pgettext("nơi", "Chợ")')) == [("nơi", "Chợ")]
    assert list(messages_in_template('{% translate "Chợ" context "nơi" %}')) == [("nơi", "Chợ")]


def test_every_string_of_the_project_is_in_the_english_catalogue(catalogue):
    known = {(entry.msgctxt, entry.msgid) for entry in catalogue if not entry.obsolete}
    found = all_messages()
    assert len(found) > 700
    assert found - known == set()


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


def test_one_is_not_said_as_many(catalogue):
    """Vietnamese says both alike, so a copied plural would go unnoticed: "1 items"."""
    plural = [entry for entry in catalogue if entry.msgid_plural]
    assert plural
    assert [e.msgid for e in plural if len(set(e.msgstr_plural.values())) != 2] == []


def test_what_is_served_is_what_is_written(catalogue):
    served = polib.mofile(str(CATALOGUE.with_suffix(".mo")))
    assert {(e.msgctxt, e.msgid): wording(e) for e in served} == {
        (e.msgctxt, e.msgid): wording(e) for e in catalogue if not e.obsolete
    }
