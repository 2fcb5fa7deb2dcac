"""How the form of an intake is laid out: tabs and panels, some of them for courses or pathways only."""

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import (
    FieldPanel,
    FieldRowPanel,
    InlinePanel,
    MultiFieldPanel,
    ObjectList,
    TabbedInterface,
)

from courses.admin.fee_panels import fee_panels
from courses.admin.intake_forms import AgeWidget, IntakeForm
from courses.admin.pathway_intakes import CoursePanels, PathwayField, PathwayHelp
from courses.models import Intake


class CancelledNotePanel(FieldPanel):
    """The note of a cancellation, where there is one."""

    class BoundPanel(FieldPanel.BoundPanel):
        """The panel for one intake."""

        def is_shown(self):
            """Only for a cancelled one."""
            return self.instance.status == Intake.Status.CANCELLED and super().is_shown()


class RoundPanel(FieldPanel):
    """The round of an intake, where it is in one; it is put there in the round's form."""

    class BoundPanel(FieldPanel.BoundPanel):
        """The panel for one intake."""

        def is_shown(self):
            """Only for one in a round."""
            return self.instance.round_id is not None and super().is_shown()


class RoomTakenPanel(FieldPanel):
    """The box to tick when two classes shall share a room, once the form has found that they would."""

    class BoundPanel(FieldPanel.BoundPanel):
        """The panel for one intake."""

        def is_shown(self):
            """Only after the warning."""
            return self.form.rooms_taken and super().is_shown()


def _age(name, heading):
    return FieldPanel(name, heading=heading, widget=AgeWidget)


def intake_panels():
    """The form of an intake, in tabs."""
    course = ObjectList(
        [
            MultiFieldPanel(
                [
                    FieldPanel("program"),
                    FieldRowPanel([FieldPanel("code"), FieldPanel("label")]),
                    FieldRowPanel([FieldPanel("term"), FieldPanel("status")]),
                    CancelledNotePanel("status_note", read_only=True),
                ],
                heading=_("Class"),
            ),
            MultiFieldPanel(
                [
                    FieldRowPanel([FieldPanel("opens_at"), FieldPanel("closes_at")]),
                    FieldRowPanel([FieldPanel("admission_rule"), RoundPanel("round", read_only=True)]),
                    FieldRowPanel([FieldPanel("offer_hours"), FieldPanel("withdraw_hours")]),
                    PathwayField("mode"),
                    PathwayField("official_channel"),
                ],
                heading=_("Enrollment"),
            ),
            MultiFieldPanel(
                [
                    FieldRowPanel([FieldPanel("district"), FieldPanel("place")]),
                    RoomTakenPanel("share_room"),
                    CoursePanels(
                        [
                            FieldPanel("teacher"),
                            FieldPanel("teachers", widget=forms.CheckboxSelectMultiple),
                            FieldPanel("materials"),
                        ]
                    ),
                ],
                heading=_("Place and teacher"),
            ),
        ],
        heading=_("Class"),
    )
    rules = ObjectList(
        [
            InlinePanel(
                "pools",
                [
                    FieldRowPanel([FieldPanel("name"), FieldPanel("capacity")]),
                    FieldRowPanel([FieldPanel("district"), _age("min_age", _("only from this age"))]),
                    FieldRowPanel([FieldPanel("sending_school"), FieldPanel("sending_district")]),
                    FieldRowPanel([FieldPanel("newcomers"), FieldPanel("released_at")]),
                ],
                heading=_("Seats"),
                label=_("Seat pool"),
                help_text=_("Mostly one pool is enough. More seats go to those who wait as soon as you save."),
                min_num=1,
            ),
            CoursePanels(
                [
                    FieldPanel("minimum"),
                    FieldRowPanel([FieldPanel("attendance_percent"), FieldPanel("absence_limit")]),
                ],
                heading=_("Attendance"),
            ),
            MultiFieldPanel(
                [
                    FieldRowPanel([_age("min_age", _("youngest")), _age("max_age", _("oldest"))]),
                    FieldRowPanel(
                        [_age("min_age_women", _("youngest, women")), _age("max_age_women", _("oldest, women"))]
                    ),
                    FieldPanel("residents_of"),
                    FieldPanel("needs_identity"),
                    FieldPanel("allow_clash"),
                ],
                heading=_("Who may join"),
                help_text=_("Ages count on the day of the first meeting. “Up to 60 years” includes those who are 60."),
            ),
        ],
        heading=_("Seats and rules"),
    )
    return TabbedInterface([course, rules, _meeting_panels(), fee_panels()], base_form_class=IntakeForm)


def _meeting_panels():
    pattern = CoursePanels(
        [
            FieldPanel("pattern_weekdays"),
            FieldRowPanel([FieldPanel("pattern_start"), FieldPanel("pattern_end")]),
            FieldRowPanel([FieldPanel("pattern_first_day"), FieldPanel("pattern_count")]),
            FieldPanel("pattern_skip_holidays"),
            FieldPanel("make_meetings"),
        ],
        heading=_("Weekly pattern"),
        help_text=_("For example: every Wednesday from 19:00 until 20:30, 12 times."),
    )
    meetings = InlinePanel(
        "meetings",
        [
            FieldRowPanel([FieldPanel("starts_at"), FieldPanel("ends_at")]),
            FieldRowPanel([FieldPanel("place"), FieldPanel("teacher")]),
        ],
        heading=_("Meetings"),
        label=_("Meeting"),
        help_text=_("Place and teacher only where they differ from the class's."),
    )
    reporting = PathwayHelp(
        format_lazy("<p>{}</p>", _("One meeting: the day on which pupils report to school.")), heading=_("Reporting")
    )
    return ObjectList([pattern, reporting, meetings], heading=_("Meetings"))
