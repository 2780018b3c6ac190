"""Work that belongs to no app and no page waits for."""

import json
from urllib.request import Request, urlopen

from django.conf import settings
from django_tasks import task


@task()
def purge_cdn(tags: list[str]) -> int:
    """Tell the CDN in front to forget the pages of these tags. Returns its status. Safe to run twice.

    Sends `{"tags": [...]}` to CDN_PURGE_URL with the token as bearer, the form that CDNs with cache tags take.
    """
    headers = {"Content-Type": "application/json", "Authorization": f"Bearer {settings.CDN_PURGE_TOKEN}"}
    body = json.dumps({"tags": tags}).encode()
    with urlopen(Request(settings.CDN_PURGE_URL, body, headers, method="POST"), timeout=10) as answer:
        return answer.status
