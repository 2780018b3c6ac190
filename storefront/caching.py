"""One rule for pages that are the same for everybody, and one for those that are somebody's."""

from django.views.decorators.cache import cache_control

# Shared caches keep a page for a minute (a place for five) and may show it a little longer while they ask anew
public_page = cache_control(public=True, max_age=60, stale_while_revalidate=300)
public_place = cache_control(public=True, max_age=300, stale_while_revalidate=600)
