"""The form of an intake of a pathway: mode, official channel, the day of reporting, the approved number.

An intake of a pathway has one meeting, the day on which pupils report to school: no weekly pattern, no attendance.
"""

from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, HelpPanel, MultiFieldPanel

from courses.models import Intake, PathwayPage

# What only classes have.
_OF_CLASSES = (
    *("teacher", "teachers", "materials", "minimum", "attendance_percent", "absence_limit", "allow_clash"),
    *("share_room", "pattern_weekdays", "pattern_start", "pattern_end", "pattern_first_day", "pattern_count"),
    *("pattern_skip_holidays", "make_meetings"),
)


class _ForKind:
    """A panel that is shown for one kind of program only: `of_pathways` says which."""

    of_pathways = True

    class Shown:
        """The panel for one intake."""

        def is_shown(self):
            """By the program that the form is about."""
            return (self.form.pathway is not None) == self.panel.of_pathways and super().is_shown()


class PathwayField(_ForKind, FieldPanel):
    """A field of pathways' intakes."""

    class BoundPanel(_ForKind.Shown, FieldPanel.BoundPanel):
        """The panel for one intake."""


class PathwayHelp(_ForKind, HelpPanel):
    """Words for pathways' intakes."""

    class BoundPanel(_ForKind.Shown, HelpPanel.BoundPanel):
        """The panel for one intake."""


class CoursePanels(_ForKind, MultiFieldPanel):
    """Fields of classes."""

    of_pathways = False

    class BoundPanel(_ForKind.Shown, MultiFieldPanel.BoundPanel):
        """The panel for one intake."""


def pathway_of(form):
    """The pathway whose intake the form is about, or None: as chosen in it, else as stored."""
    chosen = form.data.get("program") if form.is_bound else form.instance.program_id
    return PathwayPage.objects.filter(pk=chosen).first() if str(chosen or "").isdecimal() else None


def prepare(form):
    """Leave out what does not belong to this kind of program; what is left out keeps its value."""
    form.pathway = pathway_of(form)
    for name in _OF_CLASSES if form.pathway else ("mode", "official_channel"):
        form.fields[name].disabled = True
    form.fields["mode"].required = False
    if form.pathway and not form.instance.round_id:  # Whoever is first has no better right to five years.
        review = Intake.AdmissionRule.REVIEW
        form.fields["admission_rule"].choices = [(review.value, review.label)]
        if form.instance.pk is None:
            form.instance.admission_rule = review


def defaults(form):
    """A new intake of a pathway is decided on by the school, and counts no attendance."""
    if form.pathway and form.instance.pk is None:
        form.initial |= {"attendance_percent": 0, "absence_limit": 0}
        form.initial["admission_rule"] = form.instance.admission_rule


def check(form, data):
    """Say what cannot be: interest without a channel, more seats than approved, more days than one."""
    if form.pathway is None:
        return
    if data.get("mode") == Intake.Mode.INTEREST and not data.get("official_channel"):
        form.add_error("official_channel", _("Where do people apply? Give the address of the official channel."))
    rows = [row.cleaned_data for row in form.formsets["pools"].forms if row.is_valid()]
    seats = sum(row.get("capacity") or 0 for row in rows if not row.get("DELETE"))
    if seats > form.pathway.approved_seats:
        text = _("%(seats)d seats, but %(document)s approves %(approved)d a year. Lower the numbers of the pools.")
        words = {"document": form.pathway.approval_document, "approved": form.pathway.approved_seats}
        form.add_error(None, text % ({"seats": seats} | words))
    days = [row.cleaned_data for row in form.formsets["meetings"].forms if row.is_valid()]
    if len([row for row in days if row.get("starts_at") and not row.get("DELETE")]) > 1:
        form.add_error(None, _("A pathway has one day of reporting to school: remove the other meetings."))
