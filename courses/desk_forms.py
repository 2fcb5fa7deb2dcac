"""The one form of the desk: who, which class, and the paper that was signed."""

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts import consent, documents
from accounts.fields import BirthDateField, PhoneField
from accounts.learners import known
from accounts.models import Account, Consent, District, Learner
from courses import enrollment as process
from courses import fees, schools
from courses.conditions import conditions_of
from courses.desk import WalkIn, consents_needed, fill_in
from courses.eligibility import told
from courses.intake_choice import IntakeChoice, open_intakes, seats_in_words
from courses.moving import missing_in_words

# What the learner may have told already: need -> fields of this form.
_FIELDS_OF = {
    "identity": ("document_type", "document_number"),
    "birth_date": ("birth_date",),
    "sex": ("sex",),
    "phone": ("phone",),
    "district": ("district", "lives_elsewhere"),
    "guardian": ("guardian_name", "guardian_phone"),
    schools.NEED: ("junior_school",),
}
_FIELD_OF = {"identity": "document_number", "phone": "phone", "guardian": "guardian_name"}
_DETAILS = ("name", "birth_date", "sex", "district", "lives_elsewhere", "guardian_name", "guardian_phone")


class DeskForm(forms.Form):
    """A walk-in: a learner who was found, or a new one; what the chosen class must know is asked for on sending."""

    form_key = forms.RegexField(r"^[0-9a-f]{32}$", widget=forms.HiddenInput)
    intake = IntakeChoice(label=_("class"), help_text=_("Type a part of the title or the code."))
    name = forms.CharField(label=_("Name"), max_length=60)
    phone = PhoneField(
        label=_("mobile phone"), help_text=_("Messages go there; signing in with it shows the enrollment.")
    )
    relation = forms.ChoiceField(
        label=_("whose phone is it?"),
        choices=[(Learner.Relation.SELF, _("the learner's own")), (Learner.Relation.OTHER, _("a relative's"))],
        initial=Learner.Relation.SELF,
        widget=forms.RadioSelect,
    )
    document_type = forms.ChoiceField(
        label=_("identity document"), choices=Learner.DocumentType.choices, required=False
    )
    document_number = forms.CharField(
        label=_("document number"),
        max_length=40,
        required=False,
        help_text=_("Where the class asks for it. A resident number also tells birth date and sex."),
    )
    birth_date = BirthDateField(label=_("birth date"), required=False, help_text=_("For example 1959-03-12."))
    sex = forms.ChoiceField(label=_("sex"), choices=[("", "—"), *Learner.Sex.choices], required=False)
    district = forms.ModelChoiceField(
        label=_("county or district"), queryset=District.objects.filter(county=None), required=False
    )
    lives_elsewhere = forms.BooleanField(label=_("lives outside the prefecture"), required=False)
    junior_school = schools.SchoolField(required=False)
    guardian_name = forms.CharField(
        label=_("guardian's name"), max_length=60, required=False, help_text=_("For learners under 18.")
    )
    guardian_phone = PhoneField(label=_("guardian's phone"), required=False)
    paper = forms.BooleanField(
        label=_("The consent on paper is signed"),
        help_text=_("Data for enrollment; with an identity number or under 18, those too. Keep the paper."),
        error_messages={"required": _("Have the paper signed first, then tick this.")},
    )

    has_acknowledged = forms.BooleanField(
        label=_("The terms that bind were read out and accepted, one by one"),
        required=False,
        help_text=_("Only for training for an enterprise's order; which ones stands above once the class is chosen."),
    )
    has_proof = forms.BooleanField(
        label=_("A proof for the lower fee was shown"),
        required=False,
        help_text=_("Only where the class has a reduction that must be proved; you have seen the paper."),
    )
    method = forms.ChoiceField(
        label=_("fee"),
        required=False,
        choices=[
            ("", _("paid later, or nothing is due")),
            ("cash", _("is paid now in cash")),
            ("terminal", _("is paid now by card")),
            ("transfer", _("is paid now by transfer")),
        ],
        help_text=_("What is due stands above once the class is chosen; the receipt number is on the slip."),
    )

    use_required_attribute = False

    def __init__(self, *args, by, learner=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.by, self.learner = by, learner
        offered = open_intakes(by)
        self.fields["intake"].offer(offered)
        if not schools.matters_in(offered):
            del self.fields["junior_school"]
        if not by.has_perm("payments.take_money"):
            del self.fields["method"]
        for field in self.fields.values():
            field.widget.attrs.setdefault("autocomplete", "off")
        if learner is not None:
            self._keep_what_is_unknown()
        self.initial.setdefault("district", None)

    def _keep_what_is_unknown(self):
        """A learner who is known is not asked again."""
        gone = {"name", "relation"}
        for need in known(self.learner, _FIELDS_OF):
            gone |= set(_FIELDS_OF[need])
        if self.learner.document_number:
            gone |= set(_FIELDS_OF["identity"])
        self.fields["phone"].required = False
        for name in gone:
            self.fields.pop(name, None)
        if self.learner.erased_at is None and self._has_agreed():
            del self.fields["paper"]

    def _has_agreed(self):
        wanted = {*consents_needed(self.learner), Consent.Purpose.IDENTITY}
        return all(consent.has(self.learner.account, purpose, learner=self.learner) for purpose in wanted)

    def clean(self):
        """Ask the class: every objection stands in the form, and what was typed stays."""
        data = super().clean()
        self._clean_document(data)
        if data.get("lives_elsewhere"):
            data["district"] = None
        if data.get("intake") and not self.errors.keys() & {"document_number", "birth_date", "name"}:
            self._ask_the_class(data)
        return data

    def _clean_document(self, data):
        typed, kind = data.get("document_number"), data.get("document_type") or Learner.DocumentType.RESIDENT
        if not typed:
            return
        try:
            number = documents.clean_number(kind, typed)
        except forms.ValidationError as error:
            self.add_error("document_number", error)
            return
        data["document_number"], data["document_type"] = number, kind
        if kind == Learner.DocumentType.RESIDENT:
            data["birth_date"], data["sex"] = documents.birth_date_of(number), documents.sex_of(number)
            self.errors.pop("birth_date", None)

    def _ask_the_class(self, data):
        """Put whatever the class objects to beside its field."""
        intake = data["intake"]
        result = self._checked(intake, data)
        if result.existing:
            self.existing = result.existing
            self.add_error("intake", self._already(result.existing))
        for objection in result.objections:
            self.add_error("intake", objection)
        binding = [one.title for one in conditions_of(intake)]
        if binding and not data.get("has_acknowledged"):
            text = gettext("Read out, have accepted and tick: %(titles)s.")
            self.add_error("has_acknowledged", text % {"titles": gettext(", ").join(binding)})
        for need in result.missing:
            name = _FIELD_OF.get(need, need)
            field = name if name in self.fields else None
            self.add_error(field, gettext("This class must know this of everyone who takes part."))

    def says(self):
        """What the chosen class says to the learner as far as typed: (what is against it, seats); None without one."""
        self.is_valid()
        try:
            intake = self.fields["intake"].clean(self.data.get("intake"))
        except forms.ValidationError:
            return None
        result = self._checked(intake, self.cleaned_data)
        against = list(result.objections)
        if result.existing:
            against.insert(0, self._already(result.existing))
        if result.missing:
            against.append(missing_in_words(result.missing))
        binding = [f"{one.title}: {one.text}" for one in conditions_of(intake)]
        return against, " · ".join(filter(None, [seats_in_words(intake), self._fee(intake), *binding]))

    def _fee(self, intake):
        """What this learner would have to pay, as far as typed; "" where the class is free."""
        candidate = fill_in(self._candidate(self.cleaned_data), self.walk_in(self.cleaned_data))
        asked = intake.reductions.filter(kind="proof").order_by("-percent").values_list("proof", flat=True).first()
        proof = (self.cleaned_data.get("has_proof") and asked) or ""
        price = told(intake, [], candidate, proof=proof)
        if not price["terms"]["bill"]:
            return ""
        return gettext("To pay: %(amount)s") % {"amount": fees.money(price["due"])}

    def _checked(self, intake, data):
        """The learner, as typed, compared with the rules of the class, without saving anything."""
        candidate = fill_in(self._candidate(data), self.walk_in(data))
        return process.check(intake=intake, learner=candidate, pools=list(intake.pools.select_related("district")))

    @staticmethod
    def _already(existing):
        words = {"reference": existing.reference, "state": existing.get_state_display()}
        return gettext("Already there: %(reference)s, %(state)s.") % words

    def _candidate(self, data):
        if self.learner is not None:
            return Learner.objects.get(pk=self.learner.pk)
        account = Account.objects.filter(phone=data.get("phone")).first() if data.get("phone") else None
        return Learner(account=account or Account(phone=data.get("phone")), relation=data.get("relation") or "self")

    def walk_in(self, data=None):
        """What was typed, for `desk.enroll`."""
        data = data or self.cleaned_data
        details = {name: data[name] for name in _DETAILS if data.get(name)}
        if data.get("phone") and (self.learner or data.get("relation") == Learner.Relation.SELF):
            details["phone"] = data["phone"]
        document = (data["document_type"], data["document_number"]) if data.get("document_number") else None
        return WalkIn(
            learner=self.learner,
            phone=data.get("phone", ""),
            relation=data.get("relation", ""),
            details=details,
            document=document,
            school=data.get("junior_school"),
        )
