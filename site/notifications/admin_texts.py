"""Wagtail's admin: the list of texts, the editor of one kind, its versions, and back to the text in the code."""

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView
from wagtail.admin import messages
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.tables import Column, DateColumn, Table, TitleColumn
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.viewsets.base import ViewSet

from notifications import texts, wording
from notifications.models import TextVersion, Topic
from notifications.text_forms import LANGUAGES, TextForm

PERMISSION = "notifications.add_textversion"
_LIST = "message_texts:index"


class _TextsView(WagtailAdminTemplateMixin, TemplateView):
    """What the views of texts share: the permission, the way back."""

    header_icon = "mail"

    def dispatch(self, request, *args, **kwargs):
        """For those who may write texts."""
        if not request.user.has_perm(PERMISSION):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_breadcrumbs_items(self):
        """Home, texts."""
        return [*self.breadcrumbs_items, {"url": reverse(_LIST), "label": _("Texts of messages")}]


class TextListView(_TextsView):
    """All kinds of message with the text that is said now."""

    template_name = "notifications/admin/text_list.html"
    page_title = _("Texts of messages")

    def get_breadcrumbs_items(self):
        """This is where the way ends."""
        return [*self.breadcrumbs_items, {"url": "", "label": self.page_title}]

    def get_context_data(self, **kwargs):
        """One row for each kind, in the reader's language."""
        columns = [
            TitleColumn("label", label=_("message"), get_url=lambda row: row["url"]),
            Column("title", label=_("title")),
            Column("topic", label=_("can be switched off")),
            Column("state", label=_("text")),
            DateColumn("at", label=_("changed")),
        ]
        return super().get_context_data(table=Table(columns, self._rows()), **kwargs)

    def _rows(self):
        language = get_language() if get_language() in LANGUAGES else LANGUAGES[0]
        newest = {}
        for version in TextVersion.objects.current():
            known = newest.get(version.kind)
            newest[version.kind] = max(filter(None, [known, version]), key=lambda version: version.pk)
        for kind in texts.kinds():
            if kind.editable:
                yield {
                    "label": str(kind),
                    "url": reverse("message_texts:edit", args=[kind.name]),
                    "title": wording.current(kind.name, language).title,
                    "topic": Topic(kind.topic).label if kind.topic else _("no, it is necessary"),
                    "state": _("your own") if _is_changed(kind) else _("default"),
                    "at": newest[kind.name].at if kind.name in newest else None,
                }


def _is_changed(kind):
    return any(wording.written_by_staff(kind.name, language) for language in LANGUAGES)


class _KindMixin:
    """The kind of message that the address names."""

    def setup(self, request, *args, **kwargs):
        """Find the kind; one without a text of its own does not exist here."""
        super().setup(request, *args, **kwargs)
        self.kind = next((kind for kind in texts.kinds() if kind.name == kwargs["kind"] and kind.editable), None)

    def dispatch(self, request, *args, **kwargs):
        """404 for an unknown kind, after the permission."""
        if self.kind is None and request.user.has_perm(PERMISSION):
            raise Http404
        return super().dispatch(request, *args, **kwargs)


class TextEditView(_KindMixin, _TextsView):
    """Write the texts of one kind: try them, then save."""

    template_name = "notifications/admin/text_edit.html"
    page_title = _("Text")

    def get_page_subtitle(self):
        """Which kind."""
        return str(self.kind)

    def get_breadcrumbs_items(self):
        """List, this kind."""
        return [*super().get_breadcrumbs_items(), {"url": "", "label": str(self.kind)}]

    def get(self, request, *args, **kwargs):
        """The text that is said now, or an older version to start from (?version=N)."""
        form = TextForm(kind=self.kind, by=request.user, initial=self._older(request.GET.get("version", "")))
        return self.render_to_response(self.get_context_data(form=form))

    def post(self, request, *args, **kwargs):
        """Show a preview, or save."""
        form = TextForm(request.POST, kind=self.kind, by=request.user)
        if not form.is_valid():
            messages.error(request, gettext("The text is not saved yet: please look at the marked fields."))
        elif "save" in request.POST:
            saved = form.save()
            said = gettext("Saved. From now on the new text is sent.") if saved else gettext("Nothing was changed.")
            messages.success(request, said)
            return redirect("message_texts:edit", self.kind.name)
        return self.render_to_response(self.get_context_data(form=form))

    def _older(self, key):
        version = TextVersion.objects.filter(kind=self.kind.name, pk=key).first() if key.isdecimal() else None
        if version is None or version.language not in LANGUAGES:
            return {}
        suffix = version.language.replace("-", "_")
        return {f"title_{suffix}": version.title, f"body_{suffix}": version.body}

    def get_context_data(self, **kwargs):
        """The form, the placeholders, the versions."""
        versions = TextVersion.objects.filter(kind=self.kind.name).select_related("by").order_by("-pk")[:30]
        changed = _is_changed(self.kind)
        return super().get_context_data(kind=self.kind, versions=versions, changed=changed, **kwargs)


class TextResetView(_KindMixin, _TextsView):
    """Back to the text in the code: asked once, with both texts to compare."""

    template_name = "notifications/admin/text_reset.html"
    page_title = _("Back to the default")

    def get_breadcrumbs_items(self):
        """List, kind, this question."""
        edit = {"url": reverse("message_texts:edit", args=[self.kind.name]), "label": str(self.kind)}
        return [*super().get_breadcrumbs_items(), edit, {"url": "", "label": self.page_title}]

    def post(self, request, *args, **kwargs):
        """Save the default as the newest version of each language."""
        for language in LANGUAGES:
            wording.save(self.kind.name, language, wording.default(self.kind.name, language), by=request.user)
        messages.success(request, gettext("The default is said again. Your own text stays among the versions."))
        return redirect("message_texts:edit", self.kind.name)

    def get_context_data(self, **kwargs):
        """What is said now, and what will be."""
        pairs = [(wording.current(self.kind.name, one), wording.default(self.kind.name, one)) for one in LANGUAGES]
        return super().get_context_data(**kwargs | {"kind": self.kind, "pairs": pairs})


class _TextsMenuItem(MenuItem):
    def is_shown(self, request):
        return request.user.has_perm(PERMISSION)


class TextsViewSet(ViewSet):
    """Texts in the menu."""

    name = "message_texts"
    icon = "edit"
    menu_label = _("Texts")
    menu_order = 30
    menu_hook = "register_messages_menu_item"

    @property
    def menu_item_class(self):
        """In the menu of those who may write texts."""
        return _TextsMenuItem

    def get_urlpatterns(self):
        """List, editor, back to the default."""
        return [
            path("", self.construct_view(TextListView), name="index"),
            path("<slug:kind>/", self.construct_view(TextEditView), name="edit"),
            path("<slug:kind>/default/", self.construct_view(TextResetView), name="reset"),
        ]
