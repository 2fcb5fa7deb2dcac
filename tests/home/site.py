"""A small website for the tests of this room."""

from datetime import date, timedelta

from wagtail.models import Page, Site

from accounts.staff import NOT_NOW
from home.models import HomePage, NoticeIndexPage, NoticePage, PlainPage, SiteIdentity
from tests import factories


def website(**identity):
    """A home page at the root of the default site, with an identity; returns the home page."""
    root = Page.objects.get(depth=1)
    home = root.add_child(instance=HomePage(title="学林", slug="xuelin", headline="家门口的课堂"))
    site = Site.objects.first() or Site(hostname="localhost", is_default_site=True)
    site.root_page = home
    site.save()
    SiteIdentity.objects.create(site=site, **{"prefecture": "大兴安岭"} | identity)
    return home


def notices(home, *titles):
    """A list of notices with these titles, the first one newest; returns the list's page."""
    index = home.add_child(instance=NoticeIndexPage(title="通知公告", slug="notices", show_in_menus=True))
    for age, title in enumerate(titles):
        notice = NoticePage(title=title, slug=f"n{age}", summary="从周一起。", date=date(2026, 11, 20) - timedelta(age))
        index.add_child(instance=notice)
    return index


def plain(home, title, slug, **fields):
    """A plain page below the home page."""
    return home.add_child(instance=PlainPage(title=title, slug=slug, **fields))


def administrator(client):
    """An administrator, signed in with this client and past the question for a second factor; returns the account."""
    account = factories.account(is_staff=True, is_superuser=True)
    client.force_login(account)
    session = client.session
    session[NOT_NOW] = True
    session.save()
    return account
