"""Notices as RSS, for readers and for the prefecture's own portal."""

from datetime import datetime, time

from django.contrib.syndication.views import Feed
from django.utils import timezone


class NoticeFeed(Feed):
    """The 20 newest notices of one list."""

    def __init__(self, index_page):
        self.index_page = index_page
        self.title = index_page.title
        self.description = index_page.introduction or index_page.title

    def link(self):
        """Where people read the same."""
        return self.index_page.full_url

    def feed_url(self):
        """The feed's own address."""
        return self.index_page.full_url + "feed/"

    def items(self):
        """The newest notices."""
        return self.index_page.notices()[:20]

    def item_title(self, item):
        """Its title."""
        return item.title

    def item_description(self, item):
        """Its summary."""
        return item.summary

    def item_link(self, item):
        """Its full address."""
        return item.full_url

    def item_pubdate(self, item):
        """Its day, as a moment."""
        return timezone.make_aware(datetime.combine(item.date, time.min))
