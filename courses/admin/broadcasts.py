"""Wagtail's admin: messages to many. Composed, looked at, confirmed; then sent in the background, watched, stopped."""

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils.translation import gettext, override
from django.utils.translation import gettext_lazy as _
from django.views.generic import DetailView, TemplateView
from wagtail.admin import messages
from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.admin.views import generic
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from courses import broadcasts
from courses.broadcast_form import BroadcastForm
from courses.messages import context_of
from courses.models import Broadcast, Intake
from courses.states import State
from institutions.admin import GuardedViewSet
from notifications import preview
from notifications.admin_log import local
from notifications.models import Topic


class BroadcastIndexView(generic.IndexView):
    """Those that this person may see, newest first."""

    def get_base_queryset(self):
        """Start from the guard."""
        return Broadcast.objects.staffed_by(self.request.user).select_related("by")


class BroadcastCreateView(WagtailAdminTemplateMixin, TemplateView):
    """Compose, look, confirm. `?intake=N` writes to a class; the filters of the list of enrollments (`state`, `term`,
    `institution`, `district`, `channel`) to those it shows; a POST with `chosen` to those ticked in a roster (`id`)."""

    template_name = "courses/admin/broadcast.html"
    page_title = _("Message to many")
    header_icon = "mail"

    def dispatch(self, request, *args, **kwargs):
        """For those who may write to people."""
        if not request.user.has_perm("courses.add_broadcast"):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_breadcrumbs_items(self):
        """List, this form."""
        listing = {"url": reverse("broadcast:index"), "label": _("Messages to many")}
        return [*self.breadcrumbs_items, listing, {"url": "", "label": self.page_title}]

    def get(self, request, *args, **kwargs):
        """An empty form for the class or the filter that the address names."""
        named = {name: request.GET.get(name) for name in ("term", "institution", "district", "channel")}
        named |= {"intake": self._intake(), "states": request.GET.getlist("state") or [State.ENROLLED]}
        return self._compose(named)

    def _compose(self, initial):
        form = BroadcastForm(by=self.request.user, initial=initial)
        return self.render_to_response(self.get_context_data(form=form))

    def _intake(self):
        wanted = self.request.GET.get("intake", "")
        if not wanted:
            return None
        intake = Intake.objects.staffed_by(self.request.user).filter(pk=wanted).first() if wanted.isdecimal() else None
        if intake is None:
            raise Http404
        return intake

    def post(self, request, *args, **kwargs):
        """Show what it would be; send it when it was shown like this. From a roster: begin."""
        if "chosen" in request.POST:
            return self._compose({"enrollments": ",".join(request.POST.getlist("id"))})
        form = BroadcastForm(request.POST, by=request.user)
        if not form.is_valid():
            messages.error(request, gettext("Nothing is sent yet: please look at the marked fields."))
            return self.render_to_response(self.get_context_data(form=form))
        broadcast = form.broadcast()
        counted = broadcasts.estimate(broadcast)
        seal = form.seal(counted.people)
        if "send" in request.POST and counted.people:
            if request.POST.get("seal") == seal:
                kept = broadcasts.start(broadcast)
                messages.success(request, gettext("It is being sent. You may leave this page."))
                return redirect("broadcast:inspect", kept.pk)
            messages.warning(request, gettext("Something has changed since you looked. Please look once more."))
        return self.render_to_response(self.get_context_data(form=form, counted=counted, seal=seal))

    def get_context_data(self, *, form, counted=None, **kwargs):
        """The form; after a look, one real message and the numbers."""
        intake = Intake.objects.staffed_by(self.request.user).filter(pk=form["intake"].value() or None).first()
        kwargs["previews"] = self._previews(form.broadcast()) if counted and counted.people else []
        return super().get_context_data(form=form, counted=counted, intake=intake, **kwargs)

    def _previews(self, broadcast):
        first = broadcasts.audience(broadcast.by, broadcast.audience)
        enrollment = first.select_related("intake__program__institution", "intake__district", "learner").first()
        path_there = reverse("enrollment_detail", args=[enrollment.reference])
        shown = [(_("Chinese"), "zh-hans")] + ([(_("English"), "en")] if broadcast.body_en else [])
        for name, language in shown:
            with override(language):
                context = context_of(enrollment, with_place=True)
            text = broadcast.text_for(language)
            yield name, preview.of(text, context, language=language, topic=Topic.NEWS, path=path_there)


class BroadcastInspectView(WagtailAdminTemplateMixin, DetailView):
    """How far it is; stop it, or go on."""

    model = Broadcast
    template_name = "courses/admin/broadcast_progress.html"
    page_title = _("Message to many")
    header_icon = "mail"

    def dispatch(self, request, *args, **kwargs):
        """For those who may look; stopping is for those who may send."""
        if not request.user.has_perm("courses.view_broadcast"):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_breadcrumbs_items(self):
        """List, this one."""
        listing = {"url": reverse("broadcast:index"), "label": _("Messages to many")}
        return [*self.breadcrumbs_items, listing, {"url": "", "label": self.object.title}]

    def get_page_subtitle(self):
        """What it says."""
        return self.object.title

    def get_context_data(self, **kwargs):
        """What became of the messages."""
        written, states = broadcasts.arrived(self.object)
        may_send = self.request.user.has_perm("courses.add_broadcast")
        cost = preview.yuan(preview.price() * self.object.sms_parts)
        return super().get_context_data(written=written, states=states, may_send=may_send, cost=cost, **kwargs)

    def post(self, request, *args, **kwargs):
        """Stop, or go on."""
        if not request.user.has_perm("courses.add_broadcast"):
            raise PermissionDenied
        broadcast = self.get_object()
        if "stop" in request.POST and broadcasts.stop(broadcast):
            messages.success(request, gettext("Stopped. Nobody else is told; what is written already arrives."))
        elif "go_on" in request.POST and broadcasts.go_on(broadcast):
            messages.success(request, gettext("It goes on after the last who was told."))
        return redirect(request.path)


class BroadcastViewSet(GuardedViewSet):
    """Messages to many, in the menu of messages."""

    model = Broadcast
    name = "broadcast"
    icon = "group"
    menu_label = _("Messages to many")
    menu_order = 20
    menu_hook = "register_messages_menu_item"
    index_view_class = BroadcastIndexView
    inspect_view_enabled = True
    copy_view_enabled = False
    add_to_reference_index = False
    form_fields = ["title"]  # Wagtail wants a form; the real one is BroadcastForm.
    list_filter = ["state"]
    search_fields = ["title", "body", "audience_words"]
    search_backend_name = None
    ordering = ["-pk"]
    list_display = [
        TitleColumn("title", label=_("message"), url_name="broadcast:inspect"),
        Column("audience_words", label=_("to whom")),
        Column("people", label=_("people")),
        Column("get_state_display", label=_("state")),
        Column("by", label=_("who")),
        Column("created_at", label=_("when"), accessor=lambda broadcast: local(broadcast.created_at)),
    ]

    def get_common_view_kwargs(self, **kwargs):
        """What was sent is neither edited nor deleted."""
        return super().get_common_view_kwargs(edit_url_name=None, delete_url_name=None, **kwargs)

    def visible_to(self, account):
        """One's own, and those to one's classes."""
        return Broadcast.objects.staffed_by(account)

    def get_urlpatterns(self):
        """The list, the form, one of them."""
        return [
            path("", self.index_view, name="index"),
            path("results/", self.index_results_view, name="index_results"),
            path("new/", self.construct_view(BroadcastCreateView), name="add"),
            path("<int:pk>/", self.construct_view(BroadcastInspectView), name="inspect"),
        ]
