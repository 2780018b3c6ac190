"""Work on pictures that no page waits for."""

from django_tasks import task

from sellers import renditions
from sellers.models import Picture


@task()
def make_renditions(picture_id: int) -> int:
    """Make every size of a picture that is not there yet. Safe to run twice. Returns how many were made."""
    picture = Picture.objects.filter(pk=picture_id).first()
    return renditions.make(picture) if picture else 0
