"""The form in which staff compose a message to many: to whom, and the text in Chinese and perhaps English."""

import hashlib
import json
import secrets

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.keys import is_key
from accounts.models import District
from courses import broadcasts
from courses.models import Broadcast, Enrollment, Intake, Term
from courses.states import State
from institutions.models import Institution
from notifications.text_forms import check_placeholders
from notifications.texts import get

_BODY = forms.Textarea(attrs={"rows": 5})
_FILTER = ("institution", "term", "district", "channel")
_MOST_CHOSEN = 2000  # enrollments ticked in a list; more are reached by the filter


class BroadcastForm(forms.Form):
    """Compose a message. `intake` and `enrollments` come from the roster or the list, the rest is a filter."""

    intake = forms.ModelChoiceField(queryset=Intake.objects.none(), required=False, widget=forms.HiddenInput)
    enrollments = forms.CharField(required=False, widget=forms.HiddenInput)
    institution = forms.ModelChoiceField(
        label=gettext_lazy("institution"), queryset=Institution.objects.none(), required=False
    )
    term = forms.ModelChoiceField(label=gettext_lazy("term"), queryset=Term.objects.all(), required=False)
    district = forms.ModelChoiceField(
        label=gettext_lazy("county or district"), queryset=District.objects.filter(county=None), required=False
    )
    channel = forms.ChoiceField(
        label=gettext_lazy("channel"),
        choices=[("", gettext_lazy("all ways")), *Enrollment.Channel.choices],
        required=False,
    )
    states = forms.MultipleChoiceField(
        label=gettext_lazy("Enrollments that are"),
        choices=[choice for choice in State.choices if choice[0] != State.SUBMITTED],
        widget=forms.CheckboxSelectMultiple,
    )
    title = forms.CharField(label=gettext_lazy("title"), max_length=120)
    body = forms.CharField(label=gettext_lazy("text"), max_length=1000, widget=_BODY)
    title_en = forms.CharField(label=gettext_lazy("title in English"), max_length=120, required=False)
    body_en = forms.CharField(
        label=gettext_lazy("text in English"),
        max_length=1000,
        required=False,
        widget=_BODY,
        help_text=gettext_lazy("For those who read the site in English. Left empty, they get the Chinese text."),
    )
    form_key = forms.CharField(widget=forms.HiddenInput, max_length=32, initial=lambda: secrets.token_hex(16))

    def __init__(self, *args, by, **kwargs):
        self.by = by
        super().__init__(*args, **kwargs)
        self.fields["intake"].queryset = Intake.objects.staffed_by(by)
        self.fields["institution"].queryset = Institution.objects.staffed_by(by)
        self.fields["institution"].empty_label = _("all of mine")
        self.fields["term"].empty_label = _("all terms")
        self.fields["district"].empty_label = _("all districts")
        if self["intake"].value() or self["enrollments"].value():
            # The roster or the ticked ones are the answer to these questions.
            for name in _FILTER:
                del self.fields[name]
        if self["enrollments"].value():
            del self.fields["states"]

    def clean_enrollments(self):
        """The keys of the ticked enrollments."""
        keys = [key for key in self.cleaned_data["enrollments"].split(",") if key]
        if not all(map(is_key, keys)):
            raise ValidationError(_("Please choose the enrollments again."))
        if len(keys) > _MOST_CHOSEN:
            raise ValidationError(_("These are too many to tick. Please choose by institution, term and state."))
        return [int(key) for key in keys]

    def clean(self):
        """Known placeholders only; English whole or not at all."""
        for name in ("title", "body", "title_en", "body_en"):
            try:
                check_placeholders(self.cleaned_data.get(name, ""), self.placeholder_names)
            except ValidationError as error:
                self.add_error(name, error)
        for one, other in (("title_en", "body_en"), ("body_en", "title_en")):
            if self.cleaned_data.get(one) and not self.cleaned_data.get(other) and other not in self.errors:
                self.add_error(other, _("Write the English whole, or leave both fields empty."))

    @property
    def filter_fields(self):
        """The questions to whom, as far as they are asked."""
        return [self[name] for name in (*_FILTER, "states") if name in self.fields]

    @property
    def placeholders(self):
        """What the texts may hold."""
        return get(broadcasts.KIND).placeholders

    @property
    def placeholder_names(self):
        """Their names."""
        return [placeholder.name for placeholder in self.placeholders]

    def broadcast(self):
        """What was composed, not yet kept."""
        data = self.cleaned_data
        keys = {name: data[name].pk for name in ("intake", "institution", "term", "district") if data.get(name)}
        lists = {name: data[name] for name in ("channel", "states", "enrollments") if data.get(name)}
        texts = {name: data[name] for name in ("title", "body", "title_en", "body_en", "form_key")}
        wanted = keys | lists
        return Broadcast(
            by=self.by, intake=data["intake"], audience=wanted, audience_words=self._words()[:300], **texts
        )

    def _words(self):
        data = self.cleaned_data
        if data.get("enrollments"):
            n = len(data["enrollments"])
            return ngettext("%(n)d chosen enrollment", "%(n)d chosen enrollments", n) % {"n": n}
        places = [data.get("intake") or data.get("institution") or _("all institutions of the sender")]
        places += [data[name] for name in ("term", "district") if data.get(name)]
        places += [Enrollment.Channel(data["channel"]).label] if data.get("channel") else []
        states = _(", ").join(str(State(state).label) for state in data["states"])
        return " · ".join([*(str(place) for place in places), states])

    def seal(self, people):
        """Names what was seen in the preview: another text or another number of people needs another look."""
        broadcast = self.broadcast()
        seen = [broadcast.audience, broadcast.title, broadcast.body, broadcast.title_en, broadcast.body_en, people]
        return hashlib.sha256(json.dumps(seen, sort_keys=True).encode()).hexdigest()[:32]
