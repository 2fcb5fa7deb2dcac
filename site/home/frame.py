"""What stands around every page: identity, main navigation, footer links.

The same for all readers, so it is read from the database once for each version of the published content (page_cache)
and kept in the process: pages that are made anew for each reader spend no query on it.
"""

from dataclasses import dataclass

from django.urls import reverse
from wagtail.models import Site

from home import page_cache
from home.identity import SiteIdentity
from home.pages import PlainPage


@dataclass(frozen=True)
class Link:
    """A line of the navigation."""

    title: str
    url: str


@dataclass(frozen=True)
class Frame:
    """Identity and links of one site."""

    identity: SiteIdentity
    menu: tuple[Link, ...] = ()
    footer: tuple[Link, ...] = ()


_kept = {}


def frame_of(request):
    """The frame of the site that this request asks."""
    version, host = page_cache.version(), request.get_host()
    kept_version, frame = _kept.get(host, (None, None))
    if kept_version != version:
        frame = _read_frame(Site.find_for_request(request))
        if len(_kept) > 100:  # Host names come from the reader; never keep more than a sensible number.
            _kept.clear()
        _kept[host] = (version, frame)
    return frame


def _read_frame(site):
    if site is None:
        return Frame(identity=SiteIdentity())
    identity = SiteIdentity.objects.filter(site=site).first() or SiteIdentity(site=site)
    menu = site.root_page.get_children().live().public().in_menu()
    footer = PlainPage.objects.live().public().descendant_of(site.root_page).filter(in_footer=True)
    # The finder is the menu's first line on every site; its page need not be there twice.
    lines = tuple(link for link in _links(menu) if link.url != reverse("finder"))
    return Frame(identity=identity, menu=lines, footer=_links(footer.order_by("path")))


def _links(pages):
    return tuple(Link(page.title, page.url) for page in pages)
