"""The form of an admission round: what it shares out, when and how; what was told to those who applied stays."""

from django import forms
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminModelForm

from courses import rounds
from courses.models import AdmissionRound, Intake, Term
from institutions.models import Institution


class LinesField(forms.CharField):
    """A list, typed one item a line."""

    widget = forms.Textarea(attrs={"rows": 4})

    def prepare_value(self, value):
        """One a line; what was typed as it is."""
        return "\n".join(value) if isinstance(value, list) else value

    def clean(self, value):
        """The lines, without spaces around and without empty ones."""
        return [line.strip() for line in super().clean(value).splitlines() if line.strip()]

    def has_changed(self, initial, data):
        """Compare lists."""
        return [line.strip() for line in (data or "").splitlines() if line.strip()] != (initial or [])


class IntakesField(forms.ModelMultipleChoiceField):
    """Classes with their seats, and where they come from."""

    widget = forms.CheckboxSelectMultiple
    of = holder = None  # The keys of the round, and of the institution that holds it.

    def label_from_instance(self, intake):
        """Title, code, seats; those of another institution and leftover seats say of which."""
        free = intake.seats_total - intake.seats_taken
        text = gettext("%(title)s (%(code)s): %(free)d of %(total)d seats free") % {
            "title": intake.title,
            "code": intake.code,
            "free": free,
            "total": intake.seats_total,
        }
        if intake.program.institution_id != self.holder:
            text += f" · {intake.program.institution}"
        if intake.round_id and intake.round_id != self.of:
            text += gettext(", left over from %(round)s") % {"round": intake.round.name}
        return text


class RoundForm(WagtailAdminModelForm):
    """A round with its intakes."""

    rank_by = LinesField(
        label=_("ranked by"),
        required=False,
        help_text=_(
            "For a ranking, one key a line: first the score, then what breaks a tie. A key is a subject, or several"
            " joined by +, for example 语文+数学+外语."
        ),
    )
    intakes = IntakesField(
        label=_("classes"),
        queryset=Intake.objects.none(),
        required=False,
        help_text=_(
            "Their window and rule follow the round, and they are published with it. Save once with institution and"
            " term to see the classes that can be chosen: those in which nobody is, and leftover seats of rounds that"
            " are drawn."
        ),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self._offer_own()
        self.fields["status"].choices = AdmissionRound.Status.choices[:2]
        self._offer_intakes()
        self.settled = rounds.has_entries(self.instance)
        if self.settled:
            for name in (*rounds.TOLD, "institution"):
                self.fields[name].disabled = True
            self.fields["status"].disabled = True
            self._settle_window()

    def _offer_own(self):
        """Institutions and earlier rounds of one's own."""
        mine = Institution.objects.providers()
        earlier = AdmissionRound.objects.exclude(status=AdmissionRound.Status.DRAFT).exclude(pk=self.instance.pk)
        if self.for_user is not None and not self.for_user.is_superuser:
            mine = mine.staffed_by(self.for_user)
            earlier = earlier.staffed_by(self.for_user)
        self.fields["institution"].queryset = mine
        self.fields["excludes"].queryset = earlier
        if self.instance.pk is None:
            terms = Term.objects.filter(ends_on__gte=timezone.localdate()).order_by("starts_on")
            self.initial["term"] = self.initial.get("term") or (terms[0].pk if terms else None)
            if len(mine) == 1:
                self.initial["institution"] = mine[0].pk

    def _offer_intakes(self):
        """The classes of the institution that holds the round; a bureau's is over all of one's own."""
        field, round, mine = self.fields["intakes"], self.instance, self.fields["institution"].queryset
        institution = mine.filter(pk=self._said("institution") or round.institution_id).first()
        term = self._said("term") or round.term_id
        if round.pk:
            self.initial["intakes"] = list(round.intakes.values_list("pk", flat=True))
        if institution is None or term is None:
            return
        field.of, field.holder = round.pk, institution.pk
        theirs = mine if institution.kind == Institution.Kind.BUREAU else [institution]
        field.queryset = rounds.shareable(theirs, term, round)
        if round.pk and not field.queryset:
            field.help_text = _(
                "No class of this institution and term can be chosen yet. Make it under “Intakes”, as a draft, and come"
                " back."
            )

    def _said(self, name):
        """The key that was sent in a field, or None."""
        value = self.data.get(name) if self.is_bound else None
        return int(value) if value and value.isdecimal() else None

    def _settle_window(self):
        """Who applied was told until when; once applications are closed, nothing of the window moves."""
        now = timezone.now()
        if now >= self.instance.opens_at:
            self.fields["opens_at"].disabled = True
        if now >= self.instance.closes_at:
            for name in ("closes_at", "intakes"):
                self.fields[name].disabled = True

    def clean(self):
        """The rules that span fields."""
        data = super().clean()
        intakes = list(data.get("intakes") or [])
        if self.settled:
            gone = self.instance.intakes.exclude(pk__in=[intake.pk for intake in intakes])
            gone = gone.exclude(status=Intake.Status.CANCELLED)
            if gone.filter(enrollments__entry__round=self.instance.pk).exists():
                self.add_error("intakes", _("Somebody has chosen a class that you took off. Leave it in the round."))
            closes = data.get("closes_at")
            if closes and closes < AdmissionRound.objects.get(pk=self.instance.pk).closes_at:
                self.add_error("closes_at", _("People were told that they have until then: it can only become later."))
        if data.get("status") == AdmissionRound.Status.PUBLISHED and not self.errors:
            round = AdmissionRound(closes_at=data["closes_at"], results_at=data["results_at"])
            for sentence in rounds.problems(round, intakes):
                self.add_error("intakes", sentence)
        return data
