"""The roster of an intake: who has a seat, who waits and at which place; for the screen and for paper."""

from django.db.models import Count, OuterRef, Subquery
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.views.generic.permissions import PermissionCheckedMixin
from wagtail.admin.widgets.button import Button, HeaderButton

from courses.admin.enrollment_acts import acts_for
from courses.models import EnrollmentNote, Intake
from courses.states import SEATED, State

SHOWN_AT_MOST = 2000


def roster(intake):
    """The enrollments of an intake for its roster: (with a seat, waiting with `place`, gone), one query.

    Those with a seat come in the order of arrival; whose enrollment has ended, last. `age` is that on the first day.
    """
    rows = intake.enrollments.select_related("learner__district", "learner__township", "pool", "review").defer("terms")
    notes = EnrollmentNote.objects.filter(enrollment=OuterRef("pk")).order_by().values("enrollment")
    rows = rows.annotate(note_count=Subquery(notes.annotate(n=Count("pk")).values("n")))
    rows = rows.order_by("pk")[:SHOWN_AT_MOST]
    seated, waiting, gone = [], [], []
    places = {}
    on = timezone.localdate(intake.starts_at or intake.closes_at)
    for row in rows:
        months = row.learner.age_in_months(on)
        row.age = None if months is None else months // 12
        if row.state == State.WAITLISTED:
            waiting.append(row)
        else:
            (seated if row.state in SEATED else gone).append(row)
    # In the order of the line, which a draw may have made; it does not count rows, so places are given here.
    waiting.sort(key=lambda row: (row.line is None, row.line or 0, row.pk))
    for row in waiting:
        row.place = places[row.pool_id] = places.get(row.pool_id, 0) + 1
    return seated, waiting, gone


class _OfIntake(PermissionCheckedMixin):
    """A view of one intake of one's own institutions."""

    any_permission_required = ["view", "change"]
    permission_policy = None

    @cached_property
    def intake(self):
        """The intake, or 404."""
        mine = Intake.objects.staffed_by(self.request.user).with_counts()
        related = "program__institution", "term", "district"
        return get_object_or_404(mine.select_related(*related), pk=self.kwargs["intake_pk"])


class RosterView(_OfIntake, WagtailAdminTemplateMixin, TemplateView):
    """The roster on the screen, with what can be done."""

    template_name = "courses/admin/roster.html"
    page_title = _("Roster")
    header_icon = "group"

    def get_page_subtitle(self):
        """Of which class."""
        return str(self.intake)

    def get_breadcrumbs_items(self):
        """Intakes, this one, its roster."""
        return [
            *self.breadcrumbs_items,
            {"url": reverse("intake:index"), "label": gettext("Intakes")},
            {"url": reverse("intake:edit", args=[self.intake.pk]), "label": str(self.intake)},
            {"url": "", "label": self.page_title},
        ]

    @cached_property
    def header_buttons(self):
        """Paper, above all."""
        printed = reverse("enrollment:roster_print", args=[self.intake.pk])
        return [HeaderButton(_("Print"), url=printed, icon_name="doc-full")]

    @cached_property
    def header_more_buttons(self):
        """The same people elsewhere."""
        listed = f"{reverse('enrollment:index')}?intake={self.intake.pk}"
        desk = f"{reverse('desk')}?intake={self.intake.pk}"
        write = f"{reverse('broadcast:add')}?intake={self.intake.pk}"
        buttons = [
            Button(_("Download XLSX"), url=f"{listed}&export=xlsx", icon_name="download", priority=10),
            Button(_("Find and filter"), url=listed, icon_name="search", priority=20),
        ]
        export = reverse("column_template:in_columns", args=["intake", self.intake.pk])
        buttons.append(Button(_("Export in columns"), url=export, icon_name="download", priority=15))
        if self.request.user.has_perm("courses.add_broadcast"):
            buttons.append(Button(_("Message to all"), url=write, icon_name="mail", priority=25))
        if self.request.user.has_perm("courses.add_enrollment"):
            buttons.append(Button(_("Enroll somebody"), url=desk, icon_name="plus", priority=30))
        return buttons

    def get_context_data(self, **kwargs):
        """Everybody, in the same few queries for ten and for five hundred."""
        seated, waiting, gone = roster(self.intake)
        undecided = [row for row in gone if row.state == State.SUBMITTED]
        gone = [row for row in gone if row.state != State.SUBMITTED]
        for row in undecided:
            row.intake = self.intake
        may_change = self.user_has_permission("change")
        return super().get_context_data(
            **kwargs,
            intake=self.intake,
            parts=[
                ("undecided", gettext("Applied, not decided yet"), undecided),
                ("seated", gettext("With a seat"), seated),
                ("waiting", gettext("Waitlist"), waiting),
                ("gone", gettext("No longer in the class"), gone),
            ],
            acts=acts_for([*undecided, *seated, *waiting]) if may_change else [],
            may_change=may_change,
        )


class RosterPrintView(_OfIntake, TemplateView):
    """The roster on A4: a column for a picture, one for the signature, personal data masked."""

    template_name = "courses/admin/roster_print.html"

    def get_context_data(self, **kwargs):
        """Those with a certain seat, and those who wait."""
        seated, waiting, _gone = roster(self.intake)
        return super().get_context_data(
            **kwargs,
            intake=self.intake,
            seated=[row for row in seated if row.state != State.OFFERED],
            offered=[row for row in seated if row.state == State.OFFERED],
            waiting=waiting,
            printed_at=timezone.now(),
            printed_by=self.request.user,
        )
