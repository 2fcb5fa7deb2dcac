"""Forms of learners and of the account."""

import unicodedata

from django import forms
from django.conf import settings
from django.forms.widgets import Script
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts import consent, documents, facts, learners
from accounts.fields import BirthDateField, PhoneField, TownshipField
from accounts.models import Account, Consent, District, Learner

_NOT_IN_NAMES = {"So", "Sm", "Sk", "Cc", "Cs"}  # emoji and other symbols, control characters
_TEXT = {"class": "in", "autocomplete": "off"}


def _sentences(choices):
    """Choices as answers that stand alone: with a capital letter, in languages that have such."""
    return [(value, capfirst(label)) for value, label in choices]


class AccountForm(forms.ModelForm):
    """What one may change without a code."""

    class Meta:
        model = Account
        fields = ["name", "language"]
        labels = {"name": _("Name")}
        help_texts = {"name": _("So that we can address you."), "language": _("For messages by SMS and e-mail.")}
        widgets = {"name": forms.TextInput(attrs={"class": "in", "autocomplete": "name"})}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["language"] = forms.ChoiceField(
            label=self.fields["language"].label,
            help_text=self.fields["language"].help_text,
            choices=settings.LANGUAGES,
            widget=forms.Select(attrs={"class": "in"}),
        )


class LearnerForm(forms.ModelForm):
    """Who learns. Asks only for the `needs` of a class, and says why; saves the consents that it asks for.

    `needs` holds names out of `learners.NEEDS` (and "guardian") or of registered facts (facts.py). With `rest` the
    form asks for the needs only, of a learner who is kept already; else for name and relation too. Save it through
    `learners.keep`.
    """

    name = forms.CharField(
        label=_("Name"),
        max_length=60,
        help_text=_("As on the identity document."),
        widget=forms.TextInput(attrs={"class": "in", "autocomplete": "off", "spellcheck": "false"}),
        error_messages={"required": _("Enter the name.")},
    )
    relation = forms.ChoiceField(
        label=_("Who is it?"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose who it is.")},
    )
    document_type = forms.ChoiceField(
        label=_("Identity document"),
        choices=_sentences(Learner.DocumentType.choices),
        initial=Learner.DocumentType.RESIDENT,
        widget=forms.Select(attrs={"class": "in"}),
    )
    document_number = forms.CharField(
        label=_("Document number"),
        max_length=40,
        help_text=_("This class has to know for certain who takes part. The number is stored encrypted and masked."),
        widget=forms.TextInput(attrs={"class": "in in--id", "autocomplete": "off", "spellcheck": "false"}),
        error_messages={"required": _("Enter the number of the document.")},
    )
    consent_identity = consent.ConsentField(Consent.Purpose.IDENTITY)
    birth_date = BirthDateField(
        label=_("Birth date"),
        help_text=_("For example 1959-03-12. It tells the age."),
        error_messages={"required": _("Enter the birth date.")},
    )
    sex = forms.ChoiceField(
        label=_("Sex"),
        choices=_sentences(Learner.Sex.choices),
        widget=forms.RadioSelect,
        help_text=_("The ages for this class differ for women and men."),
        error_messages={"required": _("Choose the sex.")},
    )
    phone = PhoneField(
        label=_("Learner's mobile phone"),
        help_text=_("Only to tell about changes of the class."),
        error_messages={"required": _("Enter a mobile number.")},
    )
    district = forms.ModelChoiceField(
        label=_("County or district"),
        queryset=District.objects.filter(county=None),
        error_messages={
            "required": _("Choose the county, or tick that the learner lives outside the prefecture."),
        },
        empty_label=_("Choose"),
        help_text=_("Where the learner lives: some seats are kept for residents."),
        widget=forms.Select(attrs={"class": "in"}),
    )
    township = TownshipField(
        label=_("Township or street"),
        error_messages={"required": _("Choose the township or street.")},
        empty_label=_("Choose"),
    )
    lives_elsewhere = forms.BooleanField(label=_("Lives outside the prefecture"), required=False)
    guardian_name = forms.CharField(
        label=_("Guardian's name"),
        max_length=60,
        help_text=_("For learners under 18: whom we call when something happens."),
        widget=forms.TextInput(attrs=_TEXT),
        error_messages={"required": _("Enter the guardian's name.")},
    )
    guardian_phone = PhoneField(
        label=_("Guardian's mobile phone"),
        help_text=_("For learners under 18."),
        error_messages={"required": _("Enter the guardian's mobile number.")},
    )
    consent_minor = consent.ConsentField(Consent.Purpose.MINOR)

    # A box that the script hides must not keep the browser from sending the form.
    use_required_attribute = False

    class Meta:
        model = Learner
        fields = [
            "relation",
            "name",
            "birth_date",
            "sex",
            "phone",
            "district",
            "township",
            "lives_elsewhere",
            "guardian_name",
            "guardian_phone",
        ]

    class Media:
        js = [Script("accounts/learner.js", defer=True)]

    # The order on the page; what comes first decides what is asked below it.
    field_order = [
        "relation",
        "name",
        "document_type",
        "document_number",
        "consent_identity",
        "birth_date",
        "sex",
        "phone",
        "district",
        "township",
        "lives_elsewhere",
        "guardian_name",
        "guardian_phone",
        "consent_minor",
    ]

    def __init__(self, *args, account, needs=frozenset(), rest=False, **kwargs):
        super().__init__(*args, **kwargs)
        self.account = self.instance.account = account
        self.duplicate = None
        self.more = facts.among(needs)
        for fact in self.more:
            self.fields |= fact.fields()
        self._keep_only(self._asked(set(needs), rest))
        if "relation" in self.fields:
            self.fields["relation"].choices = self._relations()
        self._describe_document()
        if "township" in self.fields:
            self.fields["township"].widget.attrs["data-parent"] = self["district"].auto_id
        self._fill_in()

    def _asked(self, needs, rest):
        """The fields to show for these needs."""
        asked = set() if rest else {"relation", "name"}
        parts = {
            "identity": {"document_type", "document_number", "consent_identity", "birth_date", "sex"},
            "district": {"district", "township", "lives_elsewhere"},
            "guardian": set(),
        } | {fact.name: set(fact.fields()) for fact in self.more}
        for need in needs:
            asked |= parts.get(need, {need})
        if not rest or "birth_date" in asked or "guardian" in needs:
            # Whether somebody is a child, and so has a guardian, shows only when the form comes back.
            asked |= {"guardian_name", "guardian_phone", "consent_minor"}
        if not rest:
            asked.add("birth_date")
        self._needs = needs
        return asked

    def _keep_only(self, asked):
        for name in set(self.fields) - asked:
            del self.fields[name]
        if "birth_date" in self.fields and not self._needs & {"birth_date", "identity"}:
            self.fields["birth_date"].required = False
            self.fields["birth_date"].help_text = gettext("For example 1959-03-12. For a child it is needed.")
        elif "birth_date" in self.fields:
            self.fields["birth_date"].widget.attrs["data-needed"] = ""
        if "sex" in self.fields and "sex" not in self._needs:
            self.fields["sex"].help_text = gettext("As on the document.")

    def _relations(self):
        """One account has one "myself"."""
        mine = Learner.objects.of(self.account).filter(relation=Learner.Relation.SELF).exclude(pk=self.instance.pk)
        taken = {Learner.Relation.SELF} if mine.exists() else set()
        return _sentences(choice for choice in Learner.Relation.choices if choice[0] not in taken)

    def _describe_document(self):
        """A kept number is shown masked and need not be typed again."""
        if "document_number" not in self.fields:
            return
        if self.instance.document_number:
            self.fields["document_number"].required = False
            self.fields["document_number"].help_text = gettext("On file: %(number)s. Leave this empty to keep it.") % {
                "number": self.instance.masked_number
            }
            self.initial["document_type"] = self.instance.document_type
            if consent.has(self.account, Consent.Purpose.IDENTITY, learner=self.instance):
                del self.fields["consent_identity"]

    def _fill_in(self):
        """Do not ask what the account has told already."""
        for field, value in (
            ("phone", self.account.phone),
            ("guardian_name", self.account.name),
            ("guardian_phone", self.account.phone),
        ):
            if field in self.fields and not self.initial.get(field):
                self.initial[field] = value or ""
        if self.instance.pk and consent.has(self.account, Consent.Purpose.MINOR, learner=self.instance):
            self.fields.pop("consent_minor", None)

    def clean_name(self):
        """One space at most between the parts of a name, and no pictures, which no document prints."""
        name = " ".join(self.cleaned_data["name"].split())
        if any(unicodedata.category(sign) in _NOT_IN_NAMES for sign in name):
            raise forms.ValidationError(_("Enter the name as on the identity document, without pictures or symbols."))
        return name

    def clean(self):
        """Check what depends on several answers."""
        data = super().clean()
        self._clean_document(data)
        self._clean_birth(data)
        self._clean_residence(data)
        self._clean_guardian(data)
        if not self.errors:
            self._refuse_duplicate(data)
        return data

    def _clean_document(self, data):
        if "document_number" not in self.fields or not data.get("document_type"):
            return
        typed = data.get("document_number")
        if typed:
            try:
                data["document_number"] = documents.clean_number(data["document_type"], typed)
            except forms.ValidationError as error:
                self.add_error("document_number", error)
                return
        elif self.instance.document_number and data["document_type"] != self.instance.document_type:
            self.add_error("document_number", _("Enter the number of the new document."))

    def _resident_number(self, data):
        """The resident number that holds after this form, if any."""
        kind = data.get("document_type", self.instance.document_type)
        if kind != Learner.DocumentType.RESIDENT or "document_number" in self.errors:
            return ""
        return data.get("document_number") or self.instance.document_number

    def _clean_birth(self, data):
        """A resident number tells birth date and sex, so what was or was not typed there does not count."""
        number = self._resident_number(data)
        if number:
            data["birth_date"], data["sex"] = documents.birth_date_of(number), documents.sex_of(number)
            for name in ("birth_date", "sex"):
                self.errors.pop(name, None)
            self.instance.birth_date, self.instance.sex = data["birth_date"], data["sex"]
            return
        if data.get("document_type") == Learner.DocumentType.RESIDENT:
            # The number is wrong: the two would be asked in vain.
            for name in ("birth_date", "sex"):
                self.errors.pop(name, None)
        elif data.get("relation") == Learner.Relation.CHILD and data.get("birth_date", "wrong") is None:
            self.add_error("birth_date", _("For a child the birth date is needed."))

    def _clean_residence(self, data):
        if "district" not in self.fields:
            return
        district, township = data.get("district"), data.get("township")
        if data.get("lives_elsewhere"):
            data["district"] = data["township"] = None
            self.errors.pop("district", None)
            self.errors.pop("township", None)
        elif district and not district.townships.exists():
            self.errors.pop("township", None)
        elif district and township and township.county_id != district.pk:
            self.add_error(
                "township",
                _("%(township)s is not in %(county)s. Choose again.") % {"township": township, "county": district},
            )

    def _clean_guardian(self, data):
        """A guardian belongs to learners under 18 only; for others nothing is kept."""
        if "guardian_name" not in self.fields:
            return
        if not learners.is_minor(data.get("birth_date") or self.instance.birth_date):
            for name in ("guardian_name", "guardian_phone", "consent_minor"):
                data[name] = ""
                self.errors.pop(name, None)

    def _refuse_duplicate(self, data):
        """One person once in an account. The one who is kept already is left in `duplicate` for the page."""
        candidate = Learner(
            pk=self.instance.pk,
            account=self.account,
            name=data.get("name", self.instance.name),
            birth_date=data.get("birth_date", self.instance.birth_date),
            person=self.instance.person,
            document_number=self.instance.document_number,
        )
        if data.get("document_number"):
            candidate.set_document(data["document_type"], data["document_number"])
        self.duplicate = learners.same_person(candidate)
        if self.duplicate:
            self.add_error(
                next((name for name in ("document_number", "birth_date") if name in self.fields), None),
                _(
                    "You have already added %(name)s (%(relation)s). If this is another person of the same name, "
                    "enter the birth date."
                )
                % {"name": self.duplicate.name, "relation": self.duplicate.get_relation_display()},
            )

    def save(self, commit=True):
        """Keep the learner, and the consents given."""
        data = self.cleaned_data
        if data.get("document_number"):
            self.instance.set_document(data["document_type"], data["document_number"])
        learner = super().save(commit=commit)
        for field, purpose in (
            ("consent_identity", Consent.Purpose.IDENTITY),
            ("consent_minor", Consent.Purpose.MINOR),
        ):
            if data.get(field):
                consent.give(self.account, purpose, learner=learner)
        for fact in self.more:
            fact.keep(learner, data)
        return learner
