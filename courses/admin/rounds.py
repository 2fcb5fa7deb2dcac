"""Admission rounds in the admin: made, published, watched; with their entries and their marks."""

from django import forms
from django.contrib.admin.utils import quote
from django.db.models import Count, Q
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin import messages
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel, ObjectList
from wagtail.admin.ui.tables import Column
from wagtail.admin.views import generic
from wagtail.admin.widgets.button import Button

from accounts.keys import is_key
from courses import marks, round_cancelling, rounds
from courses.admin.draws import DrawView
from courses.admin.entries import EntriesView, EntryView
from courses.admin.intakes import MomentColumn
from courses.admin.marks import MarksTemplateView, MarksView
from courses.admin.round_cancel import RoundCancelView
from courses.admin.round_forms import RoundForm
from courses.admin.round_standing import RoundFilterSet, lacks_list, life_of, next_step, with_drawn
from courses.models import AdmissionRound
from institutions.admin import CarefulDeleteView, GlanceFirstMixin, GuardedViewSet


class RoundIndexView(GlanceFirstMixin, generic.IndexView):
    """The rounds of one's own institutions."""

    def get_base_queryset(self):
        """With their entries counted."""
        live = Count("entries", filter=Q(entries__withdrawn_at=None))
        mine = AdmissionRound.objects.staffed_by(self.request.user).select_related("institution")
        return with_drawn(mine).annotate(live=live)


class _SavingMixin:
    """What follows from saving a round: its intakes follow."""

    def save_instance(self):
        """Save, all in the view's transaction."""
        instance = super().save_instance()
        rounds.share_out(instance, self.form.cleaned_data["intakes"])
        return instance


class RoundCreateView(_SavingMixin, generic.CreateView):
    """A new round; `?after=` the key of an earlier one fills in what a supplementary round takes over."""

    @cached_property
    def earlier(self):
        """The round whose leftover seats are to be shared out, or None."""
        key = self.request.GET.get("after", "")
        if not is_key(key):
            return None
        return get_object_or_404(AdmissionRound.objects.staffed_by(self.request.user), pk=key)

    def get_initial_form_instance(self):
        """Empty, or by the rules of the earlier one."""
        return rounds.supplementary(self.earlier) if self.earlier else super().get_initial_form_instance()

    def get_initial(self):
        """With the classes that have seats left; whoever was admitted before is out."""
        if self.earlier is None:
            return super().get_initial()
        return {"intakes": [intake.pk for intake in rounds.leftovers(self.earlier)], "excludes": [self.earlier.pk]}

    def get_success_url(self):
        """On to its form: now the classes can be chosen."""
        return reverse("admission_round:edit", args=[quote(self.object.pk)])


class RoundEditView(_SavingMixin, generic.EditView):
    """A round; what was told to those who applied can no longer be changed, and nothing of a cancelled one."""

    def dispatch(self, request, *args, **kwargs):
        """To the round itself when it was cancelled: saving would bring it back to life."""
        if AdmissionRound.objects.filter(pk=self.kwargs["pk"], status=AdmissionRound.Status.CANCELLED).exists():
            messages.warning(request, gettext("This round was cancelled and stays as it is. Make a new one instead."))
            return redirect(reverse("admission_round:inspect", args=[self.kwargs["pk"]]))
        return super().dispatch(request, *args, **kwargs)

    def get_success_url(self):
        """To the round: what comes next stands there."""
        return reverse("admission_round:inspect", args=[quote(self.object.pk)])

    @cached_property
    def header_more_buttons(self):
        """Beside Wagtail's own: the page that people see."""
        url = reverse("round_page", args=[self.object.pk])
        page = [Button(_("Public page"), url=url, icon_name="view", priority=5)]
        return [*super().header_more_buttons, *([] if self.object.status == "draft" else page)]


class RoundDeleteView(CarefulDeleteView):
    """Deleting is for rounds in which nobody ever was."""


class RoundInspectView(generic.InspectView):
    """A round at a glance: where it stands, how sought-after its classes are, and what can be done now."""

    page_title = _("Admission round")
    template_name = "courses/admin/round.html"

    def get_fields(self):
        """None of Wagtail's list of all fields: the template says what matters."""
        return []

    def get_edit_url(self):
        """None for a cancelled round, of which nothing is changed."""
        return None if self.object.status == AdmissionRound.Status.CANCELLED else super().get_edit_url()

    def acts(self):
        """(label, address, icon) of what can be done now."""
        user, round = self.request.user, self.object
        changing = user.has_perm("courses.change_admissionround")
        ranked = round.rule == AdmissionRound.Rule.RANKED
        cancelled = round.status == AdmissionRound.Status.CANCELLED
        shown = round.status != AdmissionRound.Status.DRAFT
        export = reverse("column_template:in_columns", args=["round", round.pk])
        drawing = shown and changing and not cancelled
        acts = [
            (changing and not cancelled, _("Edit"), "admission_round:edit", "edit"),
            (user.has_perm("courses.view_entry"), _("Entries"), "admission_round:entries", "list-ul"),
            (ranked and user.has_perm("courses.change_entry"), _("Marks"), "admission_round:marks", "upload"),
            (drawing, _("The ranking") if ranked else _("Draw"), "admission_round:draw", "list-ol"),
            (shown, _("Public page"), "round_page", "view"),
            (changing and round_cancelling.may_cancel(round), _("Cancel the round"), "admission_round:cancel", "cross"),
            (changing, _("History"), "admission_round:history", "history"),
        ]
        found = [(label, reverse(name, args=[round.pk]), icon) for allowed, label, name, icon in acts if allowed]
        more = [(_("Export in columns"), export, "download")] if user.has_perm("courses.view_entry") else []
        if changing and self.draw and self.draw.admitted_at and rounds.leftovers(round).exists():
            after = f"{reverse('admission_round:add')}?after={round.pk}"
            more.append((_("Supplementary round for the seats left"), after, "plus"))
        first = reverse(f"admission_round:{self._main_act()}", args=[round.pk])
        return sorted([*found, *more], key=lambda act: act[1] != first)

    @cached_property
    def draw(self):
        """The draw that counts, or None."""
        return self.object.draws.current().select_related("round").first()

    def _main_act(self):
        """The act that comes next: it stands first, as the one main button."""
        round, draw = self.object, self.draw
        if round.status == AdmissionRound.Status.DRAFT:
            return "edit"
        if timezone.now() < round.closes_at or round.status == AdmissionRound.Status.CANCELLED:
            return "entries"
        if draw and draw.admitted_at:
            return "entries"
        return "marks" if lacks_list(round, draw) and marks.lacking(round) else "draw"

    def get_context_data(self, **kwargs):
        """All of it in a handful of queries."""
        live, drawn = self.object.entries.live(), bool(self.draw and self.draw.drawn_at)
        return super().get_context_data(object=self.object, **kwargs) | {
            "round": self.object,
            "life": life_of(self.object, drawn),
            "drawn": drawn,
            "next": next_step(self.object, self.draw),
            "acts": self.acts(),
            "entries": live.count(),
            "bound": live.exclude(bound_to="").count(),
            "withdrawn": self.object.entries.exclude(withdrawn_at=None).count(),
            "demand": rounds.demand(self.object),
        }


_PANELS = ObjectList(
    [
        MultiFieldPanel(
            [
                FieldPanel("name"),
                FieldRowPanel([FieldPanel("institution"), FieldPanel("term")]),
                FieldRowPanel([FieldPanel("status"), FieldPanel("rule")]),
                FieldRowPanel([FieldPanel("opens_at"), FieldPanel("closes_at"), FieldPanel("results_at")]),
                FieldPanel("holds_results"),
            ],
            heading=_("Round"),
        ),
        FieldPanel("intakes", heading=_("Classes")),
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("choices"), FieldPanel("first_choices_first")]),
                FieldRowPanel([FieldPanel("waitlist_order"), FieldPanel("last_seat")]),
                FieldPanel("seed_source"),
                FieldPanel("excludes", widget=forms.CheckboxSelectMultiple),
            ],
            heading=_("How seats are shared"),
            help_text=_("Told to everyone before they apply. From the first entry on it cannot be changed."),
        ),
        MultiFieldPanel(
            [
                FieldPanel("rank_by"),
                FieldRowPanel([FieldPanel("minimum_score"), FieldPanel("scores_shown")]),
            ],
            heading=_("Ranking"),
            help_text=_("Only where seats are ranked by score."),
        ),
    ],
    base_form_class=RoundForm,
)


class RoundViewSet(GuardedViewSet):
    """Admission rounds."""

    model = AdmissionRound
    name = "admission_round"
    icon = "list-ol"
    menu_label = _("Admission rounds")
    menu_order = 212
    add_to_admin_menu = True
    copy_view_enabled = False
    add_to_reference_index = False
    index_view_class = RoundIndexView
    add_view_class = RoundCreateView
    edit_view_class = RoundEditView
    delete_view_class = RoundDeleteView
    inspect_view_enabled = True
    inspect_view_class = RoundInspectView
    inspect_template_name = RoundInspectView.template_name
    search_fields = ["name"]
    search_backend_name = None
    filterset_class = RoundFilterSet
    list_display = [
        "name",
        Column("life", label=_("where it stands"), accessor=lambda round: life_of(round, round.drawn)),
        Column("get_rule_display", label=_("admission rule"), sort_key="rule"),
        Column("live", label=_("entries")),
        MomentColumn("opens_at", label=_("applications open"), sort_key="opens_at"),
        MomentColumn("closes_at", label=_("applications close"), sort_key="closes_at"),
        MomentColumn("results_at", label=_("results by"), sort_key="results_at"),
        Column("institution", label=_("institution")),
    ]
    edit_handler = _PANELS

    def visible_to(self, account):
        """Those of one's own institutions."""
        return AdmissionRound.objects.staffed_by(account)

    def get_urlpatterns(self):
        """Wagtail's, entries and marks."""
        return [
            *super().get_urlpatterns(),
            path("entries/<int:pk>/", self.construct_view(EntriesView), name="entries"),
            path("entries/<int:pk>/<slug:reference>/", self.construct_view(EntryView), name="entry"),
            path("cancel/<int:pk>/", self.construct_view(RoundCancelView), name="cancel"),
            path("draw/<int:pk>/", DrawView.as_view(), name="draw"),
            path("marks/<int:pk>/", self.construct_view(MarksView), name="marks"),
            path("marks/<int:pk>/table/", self.construct_view(MarksTemplateView), name="marks_table"),
        ]
