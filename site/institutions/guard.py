"""Pages, pictures and documents of others do not exist in the admin: any address that names one answers 404.

Wagtail's own views ask for permissions each in its way, some only to act and not to look (histories, usage, choosers).
This stands before all of them.
"""

from django.http import Http404
from django.shortcuts import get_object_or_404
from wagtail.documents.permissions import permission_policy as documents
from wagtail.images.permissions import permission_policy as images
from wagtail.models import Page, Revision

from accounts.keys import keys_in
from institutions.ownership import foreign_pages, is_foreign

ADMIN_PREFIX = "/cms/"
# What Wagtail calls the key of a page in its addresses; `pk` and `object_id` only where the view is about pages.
_PAGE_NAMES = {"page_id", "parent_page_id", "page_to_move_id", "destination_id", "page_pk"}
# Lists of Wagtail's that show everything of a kind, whoever asks: for administrators.
SHOW_ALL = (
    "/cms/pages/usage/",
    "/cms/reports/page-types-usage/",
    "/cms/reports/site-history/",
    "/cms/api/main/images/",
    "/cms/api/main/documents/",
)
_FILES_IN_BULK = {"/cms/bulk/wagtailimages/image/": images, "/cms/bulk/wagtaildocs/document/": documents}
_PAGES_IN_BULK = "/cms/bulk/wagtailcore/page/"
_ABOUT_PAGES = ("/cms/api/main/pages/", "/cms/editing-sessions/ping/wagtailcore/page/")


class ForeignPagesMiddleware:
    """Look at the keys in an address of the admin before its view runs."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        """Nothing to do before the address is read."""
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        """Answer 404 when one of the pages is somebody else's."""
        if not request.path.startswith(ADMIN_PREFIX) or not request.user.is_authenticated:
            return
        if request.user.is_superuser:
            return
        _spell_out_all(request)
        keys = _page_keys(request, args, kwargs)
        if request.path.startswith(SHOW_ALL) or (keys and is_foreign(request.user, keys)):
            raise Http404
        if not _may_use_files(request, kwargs):
            raise Http404


def _may_use_files(request, kwargs):
    """Whether the pictures and documents in the address lie in collections that the person may use."""
    named = [
        (policy, {kwargs[name] for name in names & kwargs.keys()})
        for policy, names in ((images, {"image_id"}), (documents, {"document_id", "doc_id"}))
    ]
    named += [
        (policy, keys_in(request.GET.getlist("id")))
        for prefix, policy in _FILES_IN_BULK.items()
        if request.path.startswith(prefix)
    ]
    return all(_usable(policy, request.user).filter(pk__in=keys).count() == len(keys) for policy, keys in named if keys)


def _usable(policy, account):
    return policy.instances_user_has_any_permission_for(account, ["add", "change", "delete", "choose"])


def _spell_out_all(request):
    """Wagtail's “all of this list” in an act on many is all of a table: name those that the person may use instead."""
    if "all" not in request.GET.getlist("id") or not request.path.startswith("/cms/bulk/"):
        return
    inside = {"collection": parent} if (parent := request.GET.get("childOf", "")).isdecimal() else {}
    found = [
        _usable(policy, request.user) for prefix, policy in _FILES_IN_BULK.items() if request.path.startswith(prefix)
    ]
    if request.path.startswith(_PAGES_IN_BULK):
        listed = Page.objects.child_of(get_object_or_404(Page, pk=parent)) if inside else Page.objects.all()
        found, inside = [listed.exclude(foreign_pages(request.user))], {}
    if found:
        query = request.GET.copy()
        query.setlist("id", [str(key) for key in found[0].filter(**inside).values_list("pk", flat=True)])
        request.GET = query


def _page_keys(request, args, kwargs):
    keys = {kwargs[name] for name in _PAGE_NAMES & kwargs.keys()}
    if request.path.startswith(_ABOUT_PAGES):
        keys |= {value for name, value in kwargs.items() if name in ("pk", "object_id")}
    if request.path.startswith("/cms/pages/"):
        keys |= set(args[:1])  # Comparing revisions has no names in its address.
    if "revision_id" in kwargs:
        keys |= set(Revision.objects.filter(pk=kwargs["revision_id"]).values_list("object_id", flat=True))
    if request.path.startswith((_PAGES_IN_BULK, "/cms/choose-page/")):
        keys |= {*request.GET.getlist("id"), *request.POST.getlist("id"), *request.GET.getlist("target_pages[]")}
    return keys_in(keys)
