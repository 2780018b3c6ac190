"""The stories as RSS, for readers and for radio stations and papers that follow the villages."""

from datetime import datetime, time

from django.conf import settings
from django.contrib.syndication.views import Feed
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from storefront.models import StoryPage

NEWEST = 20


class StoriesFeed(Feed):
    """The newest 20 stories. 2 queries."""

    title = _("Tin từ Chợ Bản")
    description = _("Chuyện của những nhà bán hàng ở bản làng.")
    language = "vi"

    def link(self) -> str:
        return f"{settings.SITE_URL}/tin/"

    def feed_url(self) -> str:
        return f"{settings.SITE_URL}/tin.xml"

    def items(self) -> list[StoryPage]:
        return StoryPage.objects.latest(NEWEST)

    def item_title(self, item: StoryPage) -> str:
        return item.title

    def item_description(self, item: StoryPage) -> str:
        return item.summary

    def item_link(self, item: StoryPage) -> str:
        return f"{settings.SITE_URL}{item.get_url()}"

    def item_guid(self, item: StoryPage) -> str:
        """Stays when the page is renamed."""
        return f"cho-ban:tin:{item.pk}"

    item_guid_is_permalink = False

    def item_pubdate(self, item: StoryPage) -> datetime:
        """The story's day, at noon in Vietnam."""
        return timezone.make_aware(datetime.combine(item.date, time(12)))

    def item_author_name(self, item: StoryPage) -> str:
        return item.author_line
