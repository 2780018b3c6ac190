"""Every size of a picture is made at upload, once, and is the one Wagtail would have made."""

import pytest
from PIL import Image

from sellers import renditions
from sellers.errors import PictureRefused
from sellers.models import Picture, PictureRendition
from sellers.photos import RENDITIONS
from sellers.services import add_picture
from tests.factories import ShopFactory, UserFactory, photo

pytestmark = pytest.mark.django_db


def uploaded(django_capture_on_commit_callbacks, **facts) -> Picture:
    with django_capture_on_commit_callbacks(execute=True):
        return add_picture(
            photo((900, 600)), purpose="product", title="Na", by=UserFactory(), shop=ShopFactory(), **facts
        )


def test_an_upload_makes_every_size_and_marks_the_picture_ready(django_capture_on_commit_callbacks):
    picture = uploaded(django_capture_on_commit_callbacks)
    picture.refresh_from_db()
    assert picture.ready
    assert (picture.width, picture.height) == (900, 600)
    assert set(picture.renditions.values_list("filter_spec", flat=True)) == set(RENDITIONS)


def test_doing_it_again_makes_nothing(django_capture_on_commit_callbacks):
    assert renditions.make(uploaded(django_capture_on_commit_callbacks)) == 0


@pytest.mark.parametrize("spec", RENDITIONS)
def test_a_size_is_as_wagtail_would_make_it(django_capture_on_commit_callbacks, spec):
    picture = uploaded(django_capture_on_commit_callbacks)
    ours = picture.renditions.get(filter_spec=spec)
    with Image.open(ours.file) as kept:
        assert (kept.size, kept.format) == ((ours.width, ours.height), "AVIF" if "avif" in spec else "JPEG")
    PictureRendition.objects.all().delete()
    wagtails = Picture.objects.get(pk=picture.pk).get_rendition(spec)
    assert (ours.width, ours.height) == (wagtails.width, wagtails.height)


def test_a_broken_file_is_refused_with_a_sentence_and_leaves_nothing():
    file = photo()
    file.truncate(40)
    with pytest.raises(PictureRefused) as refused:
        add_picture(file, purpose="product", title="Na", by=UserFactory(), shop=ShopFactory())
    assert "chụp lại" in str(refused.value).lower()
    assert not Picture.objects.exists()


def test_evidence_has_no_public_sizes(django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        paper = add_picture(photo(), purpose="evidence", title="Giấy", by=UserFactory(), shop=ShopFactory())
    assert not paper.renditions.exists()
