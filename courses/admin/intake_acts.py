"""Acts on a class in the admin: cancel, postpone, move a meeting, other room or teacher, run anyway.

Each says what it brings before it is done, is confirmed once, and tells what happened.
"""

from datetime import timedelta

from django import forms
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.generic.edit import FormView
from wagtail.admin import messages
from wagtail.admin.views.generic.base import BaseObjectMixin, WagtailAdminTemplateMixin
from wagtail.admin.widgets import AdminDateTimeInput
from wagtail.log_actions import log

from courses import rescheduling
from courses.describe import moment, yuan
from courses.dues import paid_in
from courses.enrollment import cancel_intake
from courses.models import Intake
from courses.rescheduling import Change, ReschedulingError

_note_help = gettext_lazy("Everyone in the class reads this sentence.")


class ActView(BaseObjectMixin, WagtailAdminTemplateMixin, FormView):
    """An act on one intake: a form, then its consequences with a last question, then the act.

    Subclasses say what follows (`consequences`, `warnings`) and do it (`carry_out`, which returns what to tell the
    person); a mistake that shows only then is raised as one of `refusals`.
    """

    model = Intake
    template_name = "courses/admin/act.html"
    permission = "courses.change_intake"
    button = gettext_lazy("Continue")
    confirm_button = gettext_lazy("Do it and tell everyone")
    serious = False
    two_steps = True
    refusals = (ReschedulingError,)

    def dispatch(self, request, *args, **kwargs):
        """For those who may do it; the viewset has already seen to whose intake it is."""
        if not request.user.has_perm(self.permission):
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    def get_breadcrumbs_items(self):
        """List, intake, this question."""
        return [
            *self.breadcrumbs_items,
            {"url": reverse("intake:index"), "label": gettext_lazy("Intakes")},
            {"url": self.back_url, "label": str(self.object)},
            {"url": "", "label": self.page_title},
        ]

    @property
    def back_url(self):
        """Where it leads when one thinks better of it."""
        return reverse("intake:inspect", args=[self.object.pk])

    def get_page_subtitle(self):
        """Which one."""
        return str(self.object)

    def consequences(self, form):
        """What will happen, in sentences; `form` is None before it is filled in."""
        return []

    def warnings(self, form):
        """What speaks against it, in sentences."""
        return []

    def form_valid(self, form):
        """First the consequences, then the act."""
        try:
            if self.two_steps and "confirmed" not in self.request.POST:
                said = {"consequences": self.consequences(form), "warnings": self.warnings(form)}
                return self.render_to_response(self.get_context_data(form=form, asking=True, **said))
            messages.success(self.request, self.carry_out(form))
        except self.refusals as refused:
            form.add_error(None, str(refused))
            return self.form_invalid(form)
        return redirect(self.back_url)

    def get_context_data(self, **kwargs):
        """The words on the buttons; for an act of one step what follows stands there from the start."""
        context = super().get_context_data(object=self.object, **kwargs)
        if not self.two_steps:
            context |= {"consequences": self.consequences(None), "warnings": self.warnings(None)}
        return context | {"act": self}


def told_sentence(intake):
    """How many accounts get a message."""
    count = intake.enrollments.live().values("account").distinct().count()
    if not count:
        return _("Nobody is enrolled or waiting, so nobody is told.")
    return ngettext(
        "%(n)d account gets a message at once, in its inbox and by text message or e-mail.",
        "%(n)d accounts get a message at once, in their inbox and by text message or e-mail.",
        count,
    ) % {"n": count}


class NoteForm(forms.Form):
    """Why."""

    note = forms.CharField(label=gettext_lazy("why"), max_length=200, help_text=_note_help)


class CancelForm(NoteForm):
    """Why a class is cancelled."""

    note = forms.CharField(
        label=gettext_lazy("why"),
        max_length=200,
        help_text=gettext_lazy("Everyone in the class reads this sentence, and it stands on the course page."),
    )


class IntakeCancelView(ActView):
    """Cancel a class: asked once, with the consequences."""

    form_class = CancelForm
    page_title = gettext_lazy("Cancel the class")
    header_icon = "cross"
    confirm_button = gettext_lazy("Cancel the class and tell everyone")
    serious = True
    two_steps = False

    def consequences(self, form):
        """Who is told, what about the fee, calendars and the room."""
        intake = self.object
        live = intake.enrollments.live().count()
        said = [told_sentence(intake)]
        if live:
            said.append(
                ngettext(
                    "%(n)d person is enrolled or waiting, and loses the place.",
                    "%(n)d people are enrolled or waiting, and lose their places.",
                    live,
                )
                % {"n": live}
            )
        paid, amount = paid_in(intake)
        if paid:
            text = ngettext(
                "%(n)d person has paid %(amount)s and gets everything back, the way it came or at your desk.",
                "%(n)d people have paid %(amount)s together and get everything back, the way it came or at your desk.",
                paid,
            )
            said.append(text % {"n": paid, "amount": yuan(amount)})
        coming = intake.meetings.filter(ends_at__gt=timezone.now()).count()
        text = _("%(n)d meetings are marked as cancelled in people's calendars, and the room is free at those times.")
        said.append(text % {"n": coming})
        said.append(_("The class stays visible, marked as cancelled with your note. This cannot be undone."))
        return said

    def carry_out(self, form):
        """Cancel and say what happened."""
        note = form.cleaned_data["note"]
        if self.object.status != Intake.Status.CANCELLED:
            cancel_intake(self.object, by=self.request.user, note=note)
            log(self.object, "courses.cancel_class", user=self.request.user, data={"note": note})
        return _("The class is cancelled, and everyone in it is told.")


class RunAnywayView(ActView):
    """Decide that a class under its minimum takes place."""

    form_class = NoteForm
    page_title = gettext_lazy("Runs anyway")
    header_icon = "check"
    confirm_button = gettext_lazy("It takes place")
    two_steps = False

    def get_form(self, form_class=None):
        """The reason is for colleagues here."""
        form = super().get_form(form_class)
        form.fields["note"].help_text = _("For your colleagues: it stands in the history of the intake.")
        return form

    def consequences(self, form):
        """Nobody needs to do anything."""
        return [_("It leaves the list of decisions; your decision is recorded. The learners are told nothing new.")]

    def carry_out(self, form):
        """Record it."""
        rescheduling.run_anyway(self.object, by=self.request.user, note=form.cleaned_data["note"])
        return _("Recorded: the class takes place.")


class _ChangeView(ActView):
    """An act that reschedules; subclasses make the change of the form."""

    def change(self, form):
        """The change that the form asks for."""
        raise NotImplementedError

    def consequences(self, form):
        """New dates, who is told."""
        found = rescheduling.foresee(self.object, self.change(form))
        said = [f"{moment(old)} → {moment(start, end=end)}" for old, start, end in found.moved]
        return [*said, told_sentence(self.object), _("Calendars that people subscribe to follow by themselves.")]

    def warnings(self, form):
        """Rooms that are taken, learners who are elsewhere then."""
        found = rescheduling.foresee(self.object, self.change(form))
        said = room_sentences(found.rooms)
        if found.learners_elsewhere:
            text = _("%(n)d learners of this class have another class at that time.")
            said.append(text % {"n": found.learners_elsewhere})
        return said

    def carry_out(self, form):
        """Change and tell."""
        change, note = self.change(form), form.cleaned_data["note"]
        count = rescheduling.carry_out(self.object, change, by=self.request.user, note=note)
        return _("Changed. %(n)d enrollments were told.") % {"n": count}


def room_sentences(meetings):
    """The first few meetings that already are in the room."""
    text = _("The room is taken: %(class)s, %(time)s.")
    said = [text % {"class": one.intake.title, "time": moment(one.starts_at, end=one.ends_at)} for one in meetings[:5]]
    if len(meetings) > 5:
        said.append(_("… and %(n)d more.") % {"n": len(meetings) - 5})
    return said


class PostponeForm(NoteForm):
    """By how much."""

    number = forms.IntegerField(label=gettext_lazy("later by"), min_value=1, max_value=200, initial=1)
    unit = forms.TypedChoiceField(
        label=gettext_lazy("weeks or days"),
        coerce=int,
        choices=[(7, gettext_lazy("weeks")), (1, gettext_lazy("days"))],
        initial=7,
    )
    field_order = ["number", "unit", "note"]


class PostponeView(_ChangeView):
    """Move all meetings that are still to come."""

    form_class = PostponeForm
    page_title = gettext_lazy("Postpone")
    header_icon = "date"

    def change(self, form):
        """All later by as much."""
        data = form.cleaned_data
        return rescheduling.shifted(self.object, days=data["number"] * data["unit"])


class MoveMeetingForm(NoteForm):
    """The new time."""

    starts_at = forms.DateTimeField(label=gettext_lazy("new start"), widget=AdminDateTimeInput)
    minutes = forms.IntegerField(label=gettext_lazy("length (minutes)"), min_value=10, max_value=24 * 60)
    field_order = ["starts_at", "minutes", "note"]


class MoveMeetingView(_ChangeView):
    """Move one meeting."""

    form_class = MoveMeetingForm
    page_title = gettext_lazy("Move a meeting")
    header_icon = "date"

    @cached_property
    def meeting(self):
        """The one in the address, of this intake."""
        return get_object_or_404(self.object.meetings, pk=self.kwargs["meeting"])

    def get_initial(self):
        """As it is now."""
        minutes = (self.meeting.ends_at - self.meeting.starts_at) // timedelta(minutes=1)
        return {"starts_at": self.meeting.starts_at, "minutes": minutes}

    def get_page_subtitle(self):
        """Which meeting of which class."""
        return f"{self.object} · {moment(self.meeting.starts_at, end=self.meeting.ends_at)}"

    def change(self, form):
        """This one meeting."""
        start, minutes = form.cleaned_data["starts_at"], form.cleaned_data["minutes"]
        return rescheduling.moved(self.meeting, starts_at=start, ends_at=start + timedelta(minutes=minutes))


class PlaceForm(NoteForm):
    """Where, and with whom."""

    place = forms.CharField(label=gettext_lazy("place"), max_length=120, required=False)
    teacher = forms.CharField(label=gettext_lazy("teacher"), max_length=60, required=False)
    field_order = ["place", "teacher", "note"]


class PlaceView(_ChangeView):
    """Another room or teacher for all meetings still to come."""

    form_class = PlaceForm
    page_title = gettext_lazy("Change room or teacher")
    header_icon = "site"

    def get_initial(self):
        """As it is now."""
        return {"place": self.object.place, "teacher": self.object.teacher}

    def change(self, form):
        """What is different from now."""
        wanted = {name: form.cleaned_data[name] for name in ("place", "teacher")}
        different = {name: value for name, value in wanted.items() if value != getattr(self.object, name)}
        if not different:
            raise ReschedulingError(_("Room and teacher are as before: there is nothing to change."))
        return Change(**different)

    def consequences(self, form):
        """First what becomes different."""
        labels = {"place": _("place"), "teacher": _("teacher")}
        change = self.change(form)
        new = {name: getattr(change, name) for name in labels if getattr(change, name) is not None}
        said = [f"{labels[name]}: {getattr(self.object, name) or '—'} → {value or '—'}" for name, value in new.items()]
        return [*said, *super().consequences(form)]
