"""Share pictures as files: their public addresses, and the keeping of what was drawn once.

An address names the state of what it shows, so it may be kept for a year: whatever changes the picture changes the
address. Files lie beside the photos, one folder a shop or product, which holds the newest state alone.
"""

import os
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from tempfile import NamedTemporaryFile

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.urls import reverse
from django.utils.http import int_to_base36

from catalog.models import Product
from sellers.models import Shop

FOLDER = "chia-se"
LOOK = "1"  # another sign whenever cards are drawn differently: everybody's address changes with it


def version_of(thing: Shop | Product) -> str:
    """The state that a share picture shows, as short letters and digits. No query for a row of `*_to_share`."""
    if isinstance(thing, Shop):
        return _sign(thing.updated_at, thing.front.last_published_at)
    return _sign(thing.updated_at, thing.shop.updated_at)  # its card names the shop


def _sign(*moments: datetime | None) -> str:
    latest = max(moment for moment in moments if moment is not None)
    return LOOK + int_to_base36(int(latest.timestamp() * 1000))


def card_path(thing: Shop | Product) -> str:
    """The address of a share picture as it is now: "/anh-chia-se/s/7KQ2M9XHRT-1mb2k3.jpg"."""
    name = "shop_card" if isinstance(thing, Shop) else "product_card"
    return reverse(name, args=[thing.public_code, version_of(thing)])


def card_address(thing: Shop | Product) -> str:
    """The same with the site's name before it, as chats want it."""
    return settings.SITE_URL.rstrip("/") + card_path(thing)


def kept_or_drawn(kind: str, thing: Shop | Product, draw: Callable[[], bytes]) -> bytes:
    """The picture of this state; drawn, kept, and the states before it thrown away, if nobody asked before.

    Two who ask at once both draw, and one file replaces the other whole: nobody waits, nobody reads half a file.
    """
    folder = f"{FOLDER}/{kind}/{thing.public_code[:2]}/{thing.public_code}"
    name = f"{version_of(thing)}.jpg"
    try:
        with default_storage.open(f"{folder}/{name}") as kept:
            return kept.read()
    except FileNotFoundError:
        pass
    data = draw()
    _keep(f"{folder}/{name}", data)
    for older in default_storage.listdir(folder)[1]:
        if older != name and older.endswith(".jpg"):
            default_storage.delete(f"{folder}/{older}")
    return data


def _keep(name: str, data: bytes) -> None:
    try:
        path = Path(default_storage.path(name))
    except NotImplementedError:  # a store for objects, which writes them whole
        default_storage.delete(name)
        default_storage.save(name, ContentFile(data))
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    with NamedTemporaryFile(dir=path.parent, suffix=".part", delete=False) as part:
        part.write(data)
    os.chmod(part.name, settings.FILE_UPLOAD_PERMISSIONS or 0o644)  # the web server reads it too
    os.replace(part.name, path)
