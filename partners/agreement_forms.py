"""The forms about agreements: the code that signs, why one ends, pay and placements."""

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.fields import CodeField
from partners.models import Party
from partners.models.placements import HIGHEST_PAY

_YES_NO = [("yes", pgettext_lazy("answer", "yes")), ("no", pgettext_lazy("answer", "no"))]


def _text(label, *, longest=500, rows=3, **options):
    options["widget"] = forms.Textarea(attrs={"class": "in", "rows": rows})
    return forms.CharField(label=label, max_length=longest, **options)


def _yuan(label, **options):
    options["widget"] = forms.NumberInput(attrs={"class": "in", "inputmode": "numeric"})
    return forms.IntegerField(label=label, min_value=0, max_value=HIGHEST_PAY, **options)


class SignForm(forms.Form):
    """The code that signs; whoever signs for an enterprise or a school says their name, too."""

    use_required_attribute = False
    name = forms.CharField(
        label=_("Your name"),
        max_length=60,
        help_text=_("It stands beside the signature."),
        widget=forms.TextInput(attrs={"class": "in", "autocomplete": "name"}),
        error_messages={"required": _("Enter your name: it stands beside the signature.")},
    )
    code = CodeField(label=_("Code for signing"))

    def __init__(self, *args, party, **kwargs):
        super().__init__(*args, **kwargs)
        if party not in (Party.ENTERPRISE, Party.INSTITUTION):
            del self.fields["name"]


class WhyForm(forms.Form):
    """Why an agreement is not signed, or ends."""

    use_required_attribute = False
    reason = _text(
        _("Why?"),
        help_text=_("All parties read it."),
        error_messages={"required": _("Say why in one sentence.")},
    )


class EndForm(WhyForm):
    """The day on which an agreement in force ends."""

    day = forms.DateField(
        label=_("On which day?"),
        widget=forms.DateInput(attrs={"type": "date", "class": "in"}, format="%Y-%m-%d"),
        initial=timezone.localdate,
    )
    field_order = ["day", "reason"]


class BreachForm(EndForm):
    """How it ends: by an end that is told, or by a breach."""

    how = forms.ChoiceField(
        label=_("What happened?"),
        widget=forms.RadioSelect,
        choices=[
            ("terminate", _("We end the agreement.")),
            ("breach", _("The learner has broken the agreement.")),
        ],
    )
    field_order = ["how", "day", "reason"]


class NotSoForm(forms.Form):
    """What is not so about a pay report."""

    use_required_attribute = False
    text = _text(
        _("What is not so?"),
        help_text=_("How much you got for this month, and when. The school and the bureau read it."),
        error_messages={"required": _("Say in one sentence what is not so.")},
    )


class PayForm(forms.Form):
    """What was paid for a month, one box for each learner."""

    use_required_attribute = False

    def __init__(self, *args, trainees, known, **kwargs):
        super().__init__(*args, **kwargs)
        for one in trainees:
            label = f"{one.name} · {one.reference}"
            box = _yuan(label, required=False, initial=known.get(one.key), help_text=_("Yuan; empty: not yet paid."))
            self.fields[f"paid-{one.key}"] = box

    @property
    def amounts(self):
        """{key of agreement: yuan} of the boxes that were filled in."""
        found = {name.removeprefix("paid-"): value for name, value in self.cleaned_data.items()}
        return {int(key): value for key, value in found.items() if value is not None}


class PlacementForm(forms.Form):
    """Where one learner works now."""

    use_required_attribute = False
    employed = forms.ChoiceField(
        label=_("Does the learner work at the enterprise?"), choices=_YES_NO, widget=forms.RadioSelect
    )
    in_occupation = forms.ChoiceField(
        label=_("In the occupation that was learned?"), choices=_YES_NO, widget=forms.RadioSelect, required=False
    )
    monthly_pay = _yuan(_("Pay (yuan a month)"), required=False)
    note = _text(_("Anything else?"), longest=300, rows=2, required=False)

    def __init__(self, *args, by_learner=False, enterprise="", **kwargs):
        super().__init__(*args, **kwargs)
        if by_learner:
            self.fields["employed"].label = _("Do you work at %(enterprise)s?") % {"enterprise": enterprise}

    def clean(self):
        """Whoever works there says as what."""
        data = super().clean()
        if data.get("employed") == "yes" and not data.get("in_occupation") and "in_occupation" not in self.errors:
            self.add_error("in_occupation", _("Please answer this."))
        return data

    @property
    def answers(self):
        """As `placements.tell` takes them."""
        data = self.cleaned_data
        return {
            "employed": data["employed"] == "yes",
            "in_occupation": data["in_occupation"] == "yes",
            "monthly_pay": data["monthly_pay"],
            "note": data["note"],
        }
