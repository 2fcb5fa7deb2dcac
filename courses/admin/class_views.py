"""An intake at a glance in the admin, the list of decisions, and the end of a class."""

from dataclasses import dataclass

from django import forms
from django.db.models import Count
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView
from wagtail.admin.views import generic
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.views.generic.permissions import PermissionCheckedMixin
from wagtail.permission_policies import ModelPermissionPolicy

from courses import attendance, enrollment, life
from courses.admin.intake_acts import ActView
from courses.applying import interest
from courses.attendance import AttendanceError
from courses.models import Enrollment, Intake
from courses.progression.steps import is_pathway
from courses.states import Reason, State

_BAR = 160  # The longest bar of the chart, in CSS pixels.


@dataclass(frozen=True)
class Bar:
    """One line of the chart: a state, how many, and the width of its bar in pixels."""

    label: str
    count: int
    width: int


def bars(intake):
    """The enrollments of an intake by state, in the order of the states; empty when there is none."""
    rows = Enrollment.objects.filter(intake=intake).order_by().values_list("state")
    counts = dict(rows.annotate(n=Count("pk")))
    most = max(counts.values(), default=0)
    return [
        Bar(state.label, counts[state], max(2, _BAR * counts[state] // most)) for state in State if counts.get(state)
    ]


class IntakeInspectView(generic.InspectView):
    """An intake at a glance: its life, seats, people by state, window, meetings, and every act that makes sense now."""

    page_title = gettext_lazy("At a glance")
    template_name = "courses/admin/glance.html"

    def get_fields(self):
        """None of Wagtail's list of all fields: the template says what matters."""
        return []

    @cached_property
    def pools(self):
        """The seat pools."""
        return list(self.object.pools.all())

    @cached_property
    def life(self):
        """Where it stands."""
        return life.life_of(self.object, free=sum(pool.free for pool in self.pools))

    def acts(self):
        """(label, address, icon) of what can be done now, the most likely first."""
        user, key, now = self.request.user, self.object.pk, timezone.now()
        coming = self.object.ends_at is not None and self.object.ends_at > now
        running = self.life not in (life.Life.CANCELLED, life.Life.DONE)
        changing, adding = user.has_perm("courses.change_intake"), user.has_perm("courses.add_intake")
        attending = user.has_perm("courses.change_attendance") and self.object.meeting_count
        over = self.life == life.Life.DONE and not is_pathway(self.object)  # A pathway is completed by its cohort.
        people = user.has_perm("courses.view_enrollment")
        roster = _("Roster"), "enrollment:roster", "list-ul"
        somebody = people and self.object.enrollments.exists()
        acts = [
            (somebody, *roster),
            (changing, _("Edit"), "intake:edit", "edit"),
            (people and not somebody, *roster),
            (attending, _("Attendance"), "attendance:intake", "group"),
            (changing and over, _("Close the class"), "intake:close", "check"),
            (changing and running and coming, _("Postpone"), "intake:postpone", "date"),
            (changing and running, _("Change room or teacher"), "intake:place", "site"),
            (changing and self._undecided(), _("Runs anyway"), "intake:run", "check"),
            (adding, _("Copy to a term"), "intake:copy_to", "copy"),
            (changing, _("History"), "intake:history", "history"),
            (changing and running, _("Cancel the class"), "intake:cancel", "cross"),
        ]
        return [(label, reverse(name, args=[key]), icon) for allowed, label, name, icon in acts if allowed]

    def _undecided(self):
        return life.waiting(Intake.objects.filter(pk=self.object.pk), life.Waits.DECISION).exists()

    def meetings(self):
        """(meeting, whether it can be moved, whether its attendance can be taken)."""
        user, now = self.request.user, timezone.now()
        moving = user.has_perm("courses.change_intake") and self.life != life.Life.CANCELLED
        attending = user.has_perm("courses.change_attendance")
        return [
            (meeting, moving and meeting.starts_at > now, attending and attendance.may_take(meeting, now))
            for meeting in self.object.meetings.order_by("starts_at")
        ]

    def get_context_data(self, **kwargs):
        """All of it in a handful of queries."""
        context = super().get_context_data(object=self.object, **kwargs)
        return context | {
            "intake": self.object,
            "life": self.life,
            "pools": self.pools,
            "bars": bars(self.object),
            "interested": interest.count(self.object) if interest.is_for_interest(self.object) else None,
            "acts": self.acts(),
            "meetings": self.meetings(),
            "teachers": self.object.teachers.all(),
        }


class DecisionsView(PermissionCheckedMixin, WagtailAdminTemplateMixin, TemplateView):
    """Go or no-go: the classes under their minimum that begin soon."""

    template_name = "courses/admin/decisions.html"
    page_title = gettext_lazy("Go or no-go")
    header_icon = "warning"
    permission_policy = ModelPermissionPolicy(Intake)
    permission_required = "change"

    def get_breadcrumbs_items(self):
        """List, this."""
        return [
            *self.breadcrumbs_items,
            {"url": reverse("intake:index"), "label": gettext_lazy("Intakes")},
            {"url": "", "label": self.page_title},
        ]

    def get_context_data(self, **kwargs):
        """One's own, the next to begin first."""
        mine = Intake.objects.staffed_by(self.request.user)
        rows = life.waiting(mine, life.Waits.DECISION).with_counts().select_related("program__institution")
        return super().get_context_data(intakes=rows.order_by("starts_at", "pk")[:200], days=life.DECIDE.days, **kwargs)


class CloseForm(forms.Form):
    """Who has completed the class."""

    completed = forms.MultipleChoiceField(
        label=gettext_lazy("has completed the class"), required=False, widget=forms.CheckboxSelectMultiple
    )


class CloseView(ActView):
    """Close a class after its last meeting: staff confirm who has completed it."""

    form_class = CloseForm
    template_name = "courses/admin/close.html"
    page_title = gettext_lazy("Close the class")
    header_icon = "check"
    confirm_button = gettext_lazy("Record as completed and tell them")
    two_steps = False
    refusals = (AttendanceError, enrollment.EnrollmentError)

    @cached_property
    def records(self):
        """Those who are still to be decided on."""
        found = attendance.records(self.object)[1]
        return [record for record in found if record.enrollment.state == State.ENROLLED]

    def get_form(self, form_class=None):
        """Ticked: who meets the rule that they were told."""
        form = super().get_form(form_class)
        form.fields["completed"].choices = [(str(r.enrollment.pk), r.enrollment.learner.name) for r in self.records]
        return form

    def consequences(self, form):
        """Told, and what becomes of the others."""
        return [
            _("Whoever is ticked gets the message that the class is completed, and it stands in their records."),
            _("The others stay as they are: enrolled in a class that is over. This cannot be undone."),
        ]

    def carry_out(self, form):
        """Complete those who are ticked."""
        count = attendance.close_class(self.object, form.cleaned_data["completed"], by=self.request.user)
        return _("%(n)d learners have completed the class.") % {"n": count}

    def get_context_data(self, **kwargs):
        """The list."""
        ticked = self.request.POST.getlist("completed") if self.request.method == "POST" else None
        rows = [
            (record, str(record.enrollment.pk) in ticked if ticked is not None else record.meets_rule)
            for record in self.records
        ]
        return super().get_context_data(rows=rows, **kwargs)


class AbsentView(ActView):
    """Give the seat of somebody who was absent too often to someone else."""

    form_class = forms.Form
    page_title = gettext_lazy("Absent too often")
    header_icon = "cross"
    confirm_button = gettext_lazy("Give the seat back and tell the learner")
    serious = True
    two_steps = False
    refusals = (AttendanceError, enrollment.EnrollmentError)

    @cached_property
    def record(self):
        """The record of the learner in the address, of this intake."""
        wanted = get_object_or_404(self.object.enrollments, pk=self.kwargs["enrollment"])
        found = attendance.records(self.object)[1]
        return next((record for record in found if record.enrollment == wanted), None)

    @property
    def back_url(self):
        """The attendance of the class."""
        return reverse("attendance:intake", args=[self.object.pk])

    def consequences(self, form):
        """Whom it concerns."""
        if self.record is None or not self.record.too_often_absent:
            return [_("This learner was not absent so often that the rule applies.")]
        text = _("%(name)s was absent %(n)d times in a row without leave. The seat goes to the next in line.")
        return [
            text % {"name": self.record.enrollment.learner.name, "n": self.record.row_of_absences},
            _("The learner is told the reason. This cannot be undone."),
        ]

    def carry_out(self, form):
        """Cancel, by the rule only."""
        if self.record is None or not self.record.too_often_absent:
            raise AttendanceError(_("This learner was not absent so often that the rule applies."))
        enrollment.cancel(self.record.enrollment, by=self.request.user, reason=Reason.ABSENT)
        return _("The seat is free again, and the learner is told.")
