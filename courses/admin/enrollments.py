"""The admin's list of enrollments: found, filtered, exported; and one enrollment with all that happened to it."""

import tempfile

from django import forms
from django.http import FileResponse
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.views.generic import View
from django_filters import ChoiceFilter, DateFromToRangeFilter, ModelChoiceFilter, MultipleChoiceFilter
from wagtail.admin.filters import DateRangePickerWidget, WagtailFilterSet
from wagtail.admin.paginator import WagtailPaginator
from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.admin.views import generic
from wagtail.admin.views.generic.permissions import PermissionCheckedMixin
from wagtail.admin.widgets.button import Button

from accounts.models import District, Learner, mask_phone
from courses.admin.enrollment_acts import ActView, NoteView, acts_for
from courses.admin.fees import money_of
from courses.admin.roster import RosterPrintView, RosterView
from courses.applying.documents import response_of
from courses.describe import rules
from courses.desk import matching
from courses.eligibility import Rules
from courses.models import Enrollment, Intake, ReviewPaper, Term
from courses.states import State
from institutions.admin import RegisterViewSet
from institutions.models import Institution
from notifications.models import Message

# Beyond this many nobody reads on; counting and skipping more would cost the database more than it tells.
COUNTED_AT_MOST = 10_000
# So many learners are named in the query for their enrollments. Left to itself the database reads a million enrollments
# from the newest on until it meets 40 of theirs: 11 s when they are the oldest.
FEW_LEARNERS = 1_000


# Parameters of the list that mean the same in the form of a message to many, or nothing there.
_KNOWN_TO_BROADCASTS = {
    "state",
    "term",
    "institution",
    "district",
    "channel",
    "intake",
    "p",
    "ordering",
    "_w_filter_fragment",
}


class LimitedPaginator(WagtailPaginator):
    """Counts and pages no further than COUNTED_AT_MOST: a list of a million opens as fast as a short one."""

    @cached_property
    def count(self):
        """How many rows there are, or the limit."""
        return self.object_list.order_by().values("pk")[:COUNTED_AT_MOST].count()


class EnrollmentFilterSet(WagtailFilterSet):
    """What the list is narrowed by; `intake` comes from the intake's page."""

    state = MultipleChoiceFilter(choices=State.choices, label=_("state"), widget=forms.CheckboxSelectMultiple)
    term = ModelChoiceFilter(field_name="intake__term", queryset=Term.objects.all(), label=_("term"))
    institution = ModelChoiceFilter(
        field_name="intake__program__institution", queryset=Institution.objects.none(), label=_("institution")
    )
    district = ModelChoiceFilter(
        field_name="intake__district", queryset=District.objects.filter(county=None), label=_("county or district")
    )
    channel = ChoiceFilter(choices=Enrollment.Channel.choices, label=_("channel"))
    submitted_at = DateFromToRangeFilter(label=_("submitted"), widget=DateRangePickerWidget)
    intake = ModelChoiceFilter(queryset=Intake.objects.none(), label=_("class"), widget=forms.HiddenInput)

    class Meta:
        model = Enrollment
        fields = ["state", "term", "institution", "district", "channel", "submitted_at", "intake"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.filters["institution"].queryset = Institution.objects.staffed_by(self.request.user)
        self.filters["intake"].queryset = Intake.objects.staffed_by(self.request.user).select_related("program")


def local(moment):
    """A moment in Asia/Shanghai as lists show it."""
    return f"{timezone.localtime(moment):%Y-%m-%d %H:%M}" if moment else ""


class EnrollmentIndexView(generic.IndexView):
    """Enrollments in one's own institutions, the newest first."""

    paginator_class = LimitedPaginator
    results_template_name = "courses/admin/enrollments_results.html"
    # Where the export reads each cell: masked, like every screen.
    list_export = [
        *("reference", "get_state_display", "learner.name", "sex", "birth_year", "phone", "document", "residence"),
        *("intake.code", "intake.title", "intake.term.name", "pool.name", "get_channel_display", "submitted"),
    ]
    export_headings = {
        "reference": _("reference"),
        "get_state_display": _("state"),
        "learner.name": _("learner"),
        "sex": _("sex"),
        "birth_year": _("year of birth"),
        "phone": _("phone"),
        "document": _("identity document"),
        "residence": _("residence"),
        "intake.code": _("code"),
        "intake.title": _("class"),
        "intake.term.name": _("term"),
        "pool.name": _("seat pool"),
        "get_channel_display": _("channel"),
        "submitted": _("submitted"),
    }
    export_filename = "enrollments"

    def get_base_queryset(self):
        """One query for a page of rows, with all that they show."""
        enrollments = Enrollment.objects.staffed_by(self.request.user)
        related = "learner__district", "learner__township", "intake__program", "intake__term", "intake__district"
        return enrollments.select_related(*related, "pool").defer("terms")

    def order_queryset(self, queryset):
        """By arrival: the key has an index, the other columns of a million rows have none."""
        return queryset.order_by("pk" if self.ordering == "pk" else "-pk")

    def search_queryset(self, queryset):
        """By reference, else by the learner's phone, identity number or name."""
        query = self.search_query.strip()
        if not query:
            return queryset
        if query.upper().startswith("XL"):
            whole = queryset.filter(reference=query.upper())
            return whole if whole.exists() else queryset.filter(reference__startswith=query.upper())
        learners = matching(Learner.objects.all(), query).order_by().values_list("pk", flat=True)
        few = list(learners[: FEW_LEARNERS + 1])
        return queryset.filter(learner__in=few if len(few) <= FEW_LEARNERS else learners)

    @cached_property
    def header_more_buttons(self):
        """Write to those listed, where the form knows the same filters."""
        buttons = list(super().header_more_buttons)
        asked = {name for name, value in self.request.GET.items() if value}
        if self.request.user.has_perm("courses.add_broadcast") and asked <= _KNOWN_TO_BROADCASTS:
            url = f"{reverse('broadcast:add')}?{self.request.GET.urlencode()}"
            buttons.append(Button(_("Message to all of these"), url=url, icon_name="mail", priority=50))
        return buttons

    def get_edit_url(self, instance):
        """None: an enrollment changes by acts only."""

    def get_add_url(self):
        """To the desk."""
        return reverse("desk") if self.request.user.has_perm("courses.add_enrollment") else None

    def get_delete_url(self, instance):
        """None: enrollments are never removed."""

    @cached_property
    def columns(self):
        """Reference, learner and class lead on."""
        return [
            self._get_title_column("reference"),
            TitleColumn("learner.name", label=_("learner"), get_url=learner_url),
            Column("get_state_display", label=_("state")),
            TitleColumn("intake.title", label=_("class"), get_url=lambda row: roster_url(row.intake_id)),
            Column("get_channel_display", label=_("channel")),
            Column("district", label=_("county or district"), accessor=lambda row: row.intake.district or ""),
            Column("submitted_at", label=_("submitted"), sort_key="pk", accessor=lambda row: local(row.submitted_at)),
        ]

    def get_context_data(self, *args, **kwargs):
        """Without counting what is exported."""
        if self.is_export:
            return {"object_list": self.object_list}
        context = super().get_context_data(*args, **kwargs)
        return context | {"limit": COUNTED_AT_MOST if context["items_count"] == COUNTED_AT_MOST else None}

    def to_row_dict(self, item):
        """One row of the export."""
        learner, words = item.learner, self._words
        values = [item.reference, words[item.state], learner.name, words.get(learner.sex, "")]
        values += [learner.birth_date and learner.birth_date.year, learner.masked_phone, learner.masked_number]
        values += [learner.residence, item.intake.code, item.intake.title, item.intake.term.name]
        values += [item.pool.name if item.pool else "", words[item.channel], local(item.submitted_at)]
        return dict(zip(self.list_export, values, strict=True))

    @cached_property
    def _words(self):
        """The words of all states, ways and sexes, translated once instead of for each row."""
        choices = [*State.choices, *Enrollment.Channel.choices, *Learner.Sex.choices]
        return {value: str(label) for value, label in choices}

    def as_spreadsheet(self, queryset, spreadsheet_format):
        """Read in portions: a hundred thousand rows never stand in memory together.

        The classes and places of a portion are read once each, not with every row.
        """
        shared = "learner__district", "learner__township", "intake__program", "intake__term", "pool"
        queryset = queryset.select_related(None).select_related("learner").prefetch_related(*shared)
        return super().as_spreadsheet(_Portions(queryset), spreadsheet_format)

    def write_xlsx_response(self, queryset):
        """Write to a file on disk, which is sent and then gone."""
        output = tempfile.TemporaryFile()  # noqa: SIM115 - the response closes it
        self.write_xlsx(queryset, output)
        output.seek(0)
        return FileResponse(output, as_attachment=True, filename=f"{self.get_filename()}.xlsx")


class _Portions:
    """A queryset that is read in portions, and still says of which model it is."""

    def __init__(self, queryset):
        self._queryset, self.model = queryset, queryset.model

    def __iter__(self):
        return self._queryset.iterator(chunk_size=1000)


def learner_url(enrollment):
    """The learner's page in the admin."""
    return reverse("learner:inspect", args=[enrollment.learner_id])


def roster_url(intake_id):
    """The roster of an intake."""
    return reverse("enrollment:roster", args=[intake_id])


class EnrollmentInspectView(generic.InspectView):
    """One enrollment: where it stands, what happened, which rules were told, what was said."""

    template_name = "courses/admin/enrollment.html"
    page_title = _("Enrollment")

    def get_object(self, queryset=None):
        """With all that the page shows."""
        related = "learner__district", "learner__township", "intake__program__institution", "intake__term", "account"
        return get_object_or_404(Enrollment.objects.select_related(*related, "pool"), pk=self.pk)

    def get_page_subtitle(self):
        """Who and where."""
        return f"{self.object.learner.name} · {self.object.intake.title}"

    def get_edit_url(self):
        """None: an enrollment changes by acts only."""

    def get_delete_url(self):
        """None: enrollments are never removed."""

    def get_fields(self):
        """None of Wagtail's: the template says it better."""
        return []

    def acts(self):
        """(label, address, icon) of what can be done now."""
        user, pk = self.request.user, self.object.pk
        here = reverse("enrollment:inspect", args=[pk])
        acts = [
            (act.label, f"{reverse('enrollment:act', args=[act.name])}?id={pk}&next={here}", act.icon)
            for act in (acts_for([self.object]) if self.user_has_permission("change") else [])
        ]
        if self.object.state == State.WAITLISTED and user.has_perm("courses.add_ruleexception"):
            asking = f"{reverse('exception:add')}?enrollment={pk}"
            acts.append((_("Ask for a seat out of order"), asking, "warning"))
        if user.has_perm("courses.add_enrollment"):
            acts.append((_("Print the slip"), reverse("desk_slip", args=[pk]), "doc-full"))
        return acts

    def get_context_data(self, **kwargs):
        """Everything, in a fixed number of queries."""
        row = self.object
        history = list(row.history.select_related("by", "other"))
        visible = Enrollment.objects.staffed_by(self.request.user).filter(
            pk__in=[entry.other_id for entry in history if entry.other_id]
        )
        return super().get_context_data(
            **kwargs,
            acts=self.acts(),
            history=history,
            visible=set(visible.values_list("pk", flat=True)),
            money=money_of(row, self.request.user),
            rules=rules(Rules.from_terms(row.terms)),
            papers=row.review_papers.defer("content"),
            notes=row.notes.select_related("by"),
            said=Message.objects.filter(key__startswith=f"enrollment:{row.pk}:").prefetch_related("deliveries"),
            account_phone=mask_phone(row.account.phone),
            may_change=self.user_has_permission("change"),
            may_reveal=row.learner.document_number and self.request.user.has_perm("courses.add_identityreveal"),
        )


class PaperView(PermissionCheckedMixin, View):
    """A paper that the applicant shows for the decision: a picture is shown, a PDF saved."""

    permission_required = "view"
    permission_policy = None

    def get(self, request, pk, paper_id):
        """Only of this enrollment, which the viewset's guard has looked at."""
        return response_of(get_object_or_404(ReviewPaper, enrollment=pk, pk=paper_id))


class EnrollmentViewSet(RegisterViewSet):
    """Enrollments in the admin: read, found and changed by acts, never edited or deleted."""

    model = Enrollment
    name = "enrollment"
    icon = "list-ul"
    menu_label = _("Enrollments")
    menu_order = 215
    add_to_admin_menu = True
    inspect_view_enabled = True
    index_view_class = EnrollmentIndexView
    inspect_view_class = EnrollmentInspectView
    filterset_class = EnrollmentFilterSet
    search_fields = ["reference"]

    def visible_to(self, account):
        """Those in one's own institutions."""
        return Enrollment.objects.staffed_by(account)

    def act_urlpatterns(self):
        """The papers of one, the acts, and the roster of an intake."""
        view = self.construct_view
        return [
            path("paper/<int:pk>/<int:paper_id>/", view(PaperView), name="paper"),
            path("note/<int:pk>/", view(NoteView), name="note"),
            path("act/<slug:act>/", view(ActView), name="act"),
            path("roster/<int:intake_pk>/", view(RosterView), name="roster"),
            path("roster/<int:intake_pk>/print/", view(RosterPrintView), name="roster_print"),
        ]
