"""Pages set by typst from templates/prints/*.typ. Everything that people wrote reaches it as data in a JSON file, which typst
never reads as markup, in a folder that holds nothing else: a shop named `#panic()` prints as those letters.
"""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Literal

from django.conf import settings

from common.fonts import for_typst

TEMPLATES = Path(settings.BASE_DIR) / "templates" / "prints"


def typeset(
    template: str,
    said: Mapping[str, Any],
    *,
    parts: Sequence[str] = (),
    files: Mapping[str, bytes] | None = None,
    kind: Literal["pdf", "png"] = "pdf",
    ppi: float | None = None,
) -> bytes:
    """A template with its data as PDF, or its one page as PNG. About 0.1 s of one core.

    `parts` are templates that it imports, `files` pictures by name; the data is its data.json.
    """
    import typst  # only a process that prints pays for it, see fonts.for_typst

    with TemporaryDirectory(prefix="print-") as name:
        folder = Path(name)  # typst's root: it can read nothing outside
        for part in (*parts, template):
            (folder / part).write_bytes((TEMPLATES / part).read_bytes())
        (folder / "data.json").write_text(json.dumps(said), encoding="utf-8")
        for file, content in (files or {}).items():
            (folder / file).write_bytes(content)
        made = typst.compile(folder / template, root=folder, font_paths=for_typst(), format=kind, ppi=ppi)
    _forget()
    assert isinstance(
        made, bytes
    )  # a list would be several pictures: every text of a picture is fitted to its place
    return made


def _forget() -> None:
    """Let typst drop the photos it decoded: it keeps what its last ten documents used, some 15 MB for each.

    Eleven empty documents push them out: 10 ms, and a web process stays 150 MB smaller.
    """
    import typst

    for _number in range(11):
        typst.compile(b"", font_paths=for_typst(), format="svg")
