"""Queueing work with the change it follows from, and work that belongs to no app and no page waits for."""

import json
from functools import partial
from typing import Any
from urllib.request import Request, urlopen

from django.conf import settings
from django.db import transaction
from django_tasks import task
from django_tasks_db import DatabaseBackend


def enqueue(work: Any, *args: Any) -> None:
    """Queue a task that is to run once the caller's transaction is there.

    Where the queue is a table it is written in that same transaction: a crash after the commit cannot lose the task, and
    there is no second commit. Any other queue is told after the commit.
    """
    if isinstance(work.get_backend(), DatabaseBackend):
        work.enqueue(*args)
    else:
        transaction.on_commit(partial(work.enqueue, *args))


@task()
def purge_cdn(tags: list[str]) -> int:
    """Tell the CDN in front to forget the pages of these tags. Returns its status. Safe to run twice.

    Sends `{"tags": [...]}` to CDN_PURGE_URL with the token as bearer, the form that CDNs with cache tags take.
    """
    headers = {"Content-Type": "application/json", "Authorization": f"Bearer {settings.CDN_PURGE_TOKEN}"}
    body = json.dumps({"tags": tags}).encode()
    with urlopen(Request(settings.CDN_PURGE_URL, body, headers, method="POST"), timeout=10) as answer:
        return answer.status
