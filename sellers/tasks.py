"""Work on pictures that no page waits for."""

from django_tasks import task

from sellers.models import Picture
from sellers.photos import RENDITIONS


@task()
def make_renditions(picture_id: int) -> int:
    """Make every size of a picture that is not there yet. Safe to run twice. Returns how many sizes there are."""
    picture = Picture.objects.filter(pk=picture_id).first()
    if picture is None:
        return 0
    made = picture.get_renditions(*RENDITIONS)
    Picture.objects.filter(pk=picture_id).update(ready=True)
    return len(made)
