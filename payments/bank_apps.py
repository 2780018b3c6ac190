"""Links that open a bank's app on the buyer's own phone with the transfer filled in, where the bank has published one.

Nothing is asked of another host before the buyer taps. Source: vietqr.io/deeplink; data/bank_apps.csv.
"""

import csv
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from payments.banks import bank

_TABLE = Path(__file__).parent / "data" / "bank_apps.csv"
ADDRESS = "https://dl.vietqr.io/pay"


@dataclass(frozen=True, slots=True)
class AppLink:
    """One app: its name, and the address that opens it."""

    name: str
    url: str


def app_links(*, bank_bin: str, number: str, holder: str, amount: int, memo: str, back: str) -> list[AppLink]:
    """A link for each app that fills a transfer in; none where the receiving bank has no code in such links.

    `amount` is đồng, `back` an absolute address to return to. The account's @ and the address stay as they are: the apps
    read them so.
    """
    to = bank(bank_bin)
    if to is None or not to.code:
        return []
    rest = f"am={amount}&tn={quote(memo)}&ba={quote(number)}@{to.code}&bn={quote(holder)}&url={back}"
    return [AppLink(name, f"{ADDRESS}?app={app}&{rest}") for app, name in _APPS]


def _read(path: Path) -> list[tuple[str, str]]:
    with path.open(encoding="utf-8", newline="") as lines:
        return [(row["app"], row["name"]) for row in csv.DictReader(lines)]


_APPS = _read(_TABLE)
