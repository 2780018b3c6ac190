"""Pictures: cleaned before they are kept, their sizes made after the commit."""

from typing import BinaryIO

from django.core.files.base import ContentFile
from django.db import transaction
from wagtail.models import Collection

from accounts.models import User
from common.folding import nfc
from sellers import tasks
from sellers.errors import PictureRefused
from sellers.models import Picture, Shop
from sellers.photos import BadPhoto, clean_photo


def add_picture(
    file: BinaryIO, *, purpose: str, title: str, by: User | None, shop: Shop | None = None
) -> Picture:
    """Clean an uploaded photo and keep it; its sizes are made by a task after the commit.

    Raises PictureRefused with a sentence for the person. The upload itself is not kept.
    """
    try:
        clean = clean_photo(file)
    except BadPhoto as bad:
        raise PictureRefused(bad.code) from bad
    with transaction.atomic():
        picture = Picture(
            title=nfc(title)[:255], shop=shop, purpose=purpose, uploaded_by_user=by, collection=collection_for(purpose),
            width=clean.width, height=clean.height, file_size=len(clean.jpeg),
        )  # fmt: skip
        picture.file.save("photo.jpg", ContentFile(clean.jpeg, name="photo.jpg"), save=False)
        picture.save()
        if purpose != Picture.Purpose.EVIDENCE:
            transaction.on_commit(lambda: tasks.make_renditions.enqueue(picture.pk))
    return picture


def collection_for(purpose: str) -> Collection:
    """One of the four fixed collections. A collection per shop would make the admin's lists take seconds."""
    name = f"Chợ Bản: {Picture.Purpose(purpose).value}"
    found = Collection.objects.filter(name=name).first()
    return found or Collection.get_first_root_node().add_child(name=name)
