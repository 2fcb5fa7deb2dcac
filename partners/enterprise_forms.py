"""Forms of registering an enterprise and of its members."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from stdnum import exceptions
from stdnum.cn import uscc

from accounts.fields import PhoneField
from accounts.models import District
from partners import papers
from partners.enterprises import DETAILS
from partners.models import Claim, Enterprise, Paper, Role

_IN = {"class": "in"}


def clean_code(text):
    """A Unified Social Credit Code in upper case; ValidationError says what to look at."""
    try:
        return uscc.validate(text)
    except exceptions.InvalidLength:
        raise ValidationError(_("The code has 18 characters. Count again."), code="length") from None
    except exceptions.InvalidFormat:
        raise ValidationError(
            _("The code has digits and capital letters, never I, O, Z, S or V. Compare it with the licence."),
            code="characters",
        ) from None
    except exceptions.InvalidChecksum:
        raise ValidationError(
            _("One character of the code is not right. Compare it with the licence."), code="checksum"
        ) from None


class PaperInput(forms.FileInput):
    """A box for a photo or a PDF."""

    def __init__(self):
        super().__init__({"accept": "image/jpeg,image/png,image/webp,application/pdf"})


class EnterpriseForm(forms.ModelForm):
    """What an enterprise tells of itself, with its papers.

    A good upload is kept even when another answer must be mended (`kept`), because a browser cannot send it again.
    """

    uscc = forms.CharField(
        label=gettext_lazy("Unified Social Credit Code"),
        max_length=24,  # With spaces, as people copy it.
        help_text=gettext_lazy("18 characters, on the licence at the top."),
    )
    contact_phone = PhoneField(label=gettext_lazy("contact's phone"))
    licence = forms.FileField(
        label=gettext_lazy("Business licence"),
        required=False,
        widget=PaperInput(),
        help_text=gettext_lazy("A photo or a PDF, at most 5 MB. Only you and the bureau can open it."),
    )
    letter = forms.FileField(
        label=gettext_lazy("Letter of authorisation"),
        required=False,
        widget=PaperInput(),
        help_text=gettext_lazy("If you are not the legal representative: with seal and date."),
    )

    class Meta:
        model = Enterprise
        fields = DETAILS
        widgets = {
            "introduction": forms.Textarea(attrs={"rows": 4, "class": "in"}),
            "industry": forms.Select(attrs=_IN),
            "size": forms.Select(attrs=_IN),
        }
        help_texts = {
            "size": gettext_lazy("As in your statistics report; if unsure, small."),
            "employees": gettext_lazy("All people with a contract. It says how many learners may be placed with you."),
        }

    def __init__(self, *args, account, **kwargs):
        super().__init__(*args, **kwargs)
        self.account, self.kept = account, {}
        self.fields["district"].queryset = District.objects.filter(county=None)
        self.fields["district"].empty_label = _("Choose")
        for name in ("industry", "size"):
            values = [(value, label) for value, label in self.fields[name].choices if value]
            self.fields[name].choices = [("", _("Choose")), *values]
        for name in ("name", "uscc", "address", "contact_name", "contact_post"):
            self.fields[name].widget.attrs["autocomplete"] = "off"
        # A browser cannot send again what is kept already.
        has_licence = bool(self.instance.pk) or self._kept_before("licence")
        self.fields["licence"].required = not has_licence
        self.fields["licence"].error_messages["required"] = gettext_lazy(
            "Add a photo or a PDF of the business licence."
        )

    def validate_unique(self):
        """Not here: whoever brings a known code is led to its owners (members.claim)."""

    def clean_uscc(self):
        """Checked by its last character (GB 32100)."""
        return clean_code(self.cleaned_data["uscc"])

    def clean_name(self):
        """Without spaces at the ends or twice."""
        return " ".join(self.cleaned_data["name"].split())

    def clean(self):
        """Read and keep the papers; the first one must be the licence."""
        data = super().clean()
        for kind in Paper.Kind.values:
            upload = self.files.get(kind)
            try:
                paper = papers.keep(upload, kind=kind, by=self.account) if upload else self._kept_before(kind)
            except ValidationError as error:
                self.add_error(kind, error)
            else:
                if paper:
                    self.kept[kind] = paper
        if not data.get("authorised"):
            self.add_error("authorised", _("Only somebody who is authorised by the enterprise can register it."))
        return data

    def _kept_before(self, kind):
        return papers.kept(self.account, kind, self.data.get(f"{kind}_kept", ""))

    @property
    def details(self):
        """The valid answers for the process."""
        return {name: self.cleaned_data[name] for name in DETAILS}


class ClaimForm(forms.Form):
    """Who says that they belong to an enterprise, and who should answer."""

    uscc = forms.CharField(
        label=gettext_lazy("Unified Social Credit Code"), max_length=24, widget=forms.TextInput(attrs=_IN)
    )
    name = forms.CharField(label=gettext_lazy("Your name"), max_length=60, widget=forms.TextInput(attrs=_IN))
    message = forms.CharField(
        label=gettext_lazy("What do you do there?"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3, "class": "in"}),
        help_text=gettext_lazy("Your position, and how they can reach you to ask."),
    )
    decider = forms.ChoiceField(
        label=gettext_lazy("Who should answer?"), choices=Claim.Decider.choices, widget=forms.RadioSelect
    )

    def clean_uscc(self):
        """Well-formed, and registered here."""
        code = clean_code(self.cleaned_data["uscc"])
        self.enterprise = Enterprise.objects.filter(uscc=code).first()
        if self.enterprise is None:
            raise ValidationError(_("No enterprise with this code is registered. You can register it yourself."))
        return code


class InviteForm(forms.Form):
    """Whom to ask, in which role."""

    phone = PhoneField(label=gettext_lazy("Mobile phone"), required=False)
    email = forms.EmailField(
        label=gettext_lazy("or e-mail"), required=False, widget=forms.EmailInput(attrs={"class": "in"})
    )
    role = forms.ChoiceField(label=gettext_lazy("Role"), choices=Role.choices, widget=forms.RadioSelect)

    def clean(self):
        """One of the two."""
        data = super().clean()
        if not self.errors and bool(data.get("phone")) == bool(data.get("email")):
            self.add_error("phone", _("Give a phone number or an e-mail, one of the two."))
        return data


class RoleForm(forms.Form):
    """The role of a member."""

    role = forms.ChoiceField(label=gettext_lazy("Role"), choices=Role.choices, widget=forms.RadioSelect)
