"""When something that pages show has changed, pages are made anew (page_cache.expire).

Courses stand below this room and may not call it: their signals are listened to here. Counters of seats move by
updates without signals and are asked for apart, so an enrollment never makes pages anew.
"""

from django.db.models.signals import post_delete, post_save
from wagtail.models import Page, PageViewRestriction, Site
from wagtail.signals import page_published, page_unpublished, post_page_move

from accounts.models import District
from courses.models import Category, Intake, Term
from home.identity import SiteIdentity
from home.page_cache import expire
from institutions.models import Institution
from partners.models import Enterprise, TrainingOrder
from partners.states import SHOWN as ORDERS_SHOWN

SHOWN = (Category, District, Enterprise, Institution, Intake, PageViewRestriction, Site, SiteIdentity, Term)


def connect():
    """Listen; called once, when the app is ready."""
    for signal in (page_published, page_unpublished, post_page_move):
        signal.connect(expire, dispatch_uid="home.page_cache")
    # A page's own row goes last, whatever its kind.
    post_delete.connect(expire, sender=Page, dispatch_uid="home.page_cache")
    post_save.connect(_order_saved, sender=TrainingOrder, dispatch_uid="home.page_cache")
    for model in SHOWN:
        post_save.connect(expire, sender=model, dispatch_uid="home.page_cache")
        post_delete.connect(expire, sender=model, dispatch_uid="home.page_cache")


def _order_saved(instance, **_signal):
    """Drafts are saved section by section, and no page shows them; of a closed order its page is unpublished."""
    if instance.state in ORDERS_SHOWN:
        expire()
