"""Rows that are saved by the shortest way are the rows that Django would have saved."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from common.inserting import insert
from common.models import AuditEvent
from places.models import Place
from tests.factories import ProvinceFactory

pytestmark = pytest.mark.django_db


def event(verb: str, **facts) -> AuditEvent:
    return AuditEvent(verb=verb, object_kind="places.place", object_id=1, **facts)


def test_each_row_comes_back_as_it_went_in_and_knows_its_id():
    said = {"giá": [1, None, "35%"]}
    first, second = insert([event("a", details=said), event("b", place_path="/1/2/")])
    assert AuditEvent.objects.get(pk=first.pk).details == said
    assert AuditEvent.objects.get(pk=second.pk).place_path == "/1/2/"
    assert timezone.now() - AuditEvent.objects.get(pk=first.pk).at < timedelta(minutes=1)
    first.verb = "c"
    first.save()  # an UPDATE
    assert sorted(AuditEvent.objects.values_list("verb", flat=True)) == ["b", "c"]


def test_it_asks_the_database_once_and_not_at_all_for_nothing(queries_of):
    assert queries_of(insert, [event("a") for _ in range(20)]) == 1
    assert queries_of(insert, []) == 0


def test_what_the_database_refuses_is_refused():
    there = ProvinceFactory()
    twice = Place(**{field.attname: getattr(there, field.attname) for field in Place._meta.fields[1:]})
    with pytest.raises(IntegrityError), transaction.atomic():
        insert([twice])
