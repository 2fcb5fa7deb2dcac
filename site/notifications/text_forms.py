"""The form in which staff write the texts of one kind of message, Chinese and English side by side."""

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from notifications import preview, texts, wording
from notifications.models import TextVersion
from notifications.texts import Text

_TITLE_LENGTH = TextVersion._meta.get_field("title").max_length
LANGUAGES = [code for code, _name in settings.LANGUAGES]


def _suffix(language):
    return language.replace("-", "_")


def check_placeholders(text, allowed):
    """Raise ValidationError when a text holds a name that is not `allowed`, or a brace that names nothing."""
    unknown = sorted(texts.names_in(text) - set(allowed))
    if unknown:
        known = " ".join(f"{{{name}}}" for name in allowed)
        raise ValidationError(
            _("There is no placeholder %(unknown)s here. You can use: %(known)s")
            % {"unknown": " ".join(f"{{{name}}}" for name in unknown), "known": known or "—"}
        )
    if set("{}") & set(texts.without_placeholders(text)):
        raise ValidationError(_("A brace stands alone. A placeholder is a name in two braces: {name}"))


class TextForm(forms.Form):
    """Title and body in each language. What is left as it is makes no new version."""

    reference = forms.CharField(
        label=gettext_lazy("Try it on an enrollment (reference)"),
        required=False,
        help_text=gettext_lazy("Leave it empty for example values."),
    )

    def __init__(self, *args, kind, by, **kwargs):
        self.kind, self.by = kind, by
        super().__init__(*args, **kwargs)
        for language in LANGUAGES:
            current = wording.current(kind.name, language)
            self.fields[f"title_{_suffix(language)}"] = forms.CharField(
                label=gettext_lazy("title"), max_length=_TITLE_LENGTH, initial=current.title
            )
            self.fields[f"body_{_suffix(language)}"] = forms.CharField(
                label=gettext_lazy("text"),
                max_length=1000,
                initial=current.body,
                widget=forms.Textarea(attrs={"rows": 6}),
            )

    @property
    def columns(self):
        """For each language: its code, name, and the two fields."""
        return [
            (code, name, [self[f"title_{_suffix(code)}"], self[f"body_{_suffix(code)}"]])
            for code, name in settings.LANGUAGES
        ]

    def clean(self):
        """Placeholders: none that is unknown, and each that readers need."""
        allowed = [placeholder.name for placeholder in self.kind.placeholders]
        for name in [name for name in self.cleaned_data if name != "reference"]:
            try:
                check_placeholders(self.cleaned_data[name], allowed)
                if name.startswith("body_"):
                    self._require(self.cleaned_data[name])
            except ValidationError as error:
                self.add_error(name, error)

    def _require(self, body):
        missing = sorted(self.kind.required - texts.names_in(body))
        if missing:
            names = " ".join(f"{{{name}}}" for name in missing)
            raise ValidationError(_("Readers need this in the text: %(names)s") % {"names": names})

    def clean_reference(self):
        """A real enrollment that this person may see."""
        reference = self.cleaned_data["reference"]
        if reference and self._values("en") is None:
            raise ValidationError(_("There is no enrollment with this reference in your institutions."))
        return reference

    def _values(self, language):
        reference = self.data.get("reference", "").strip()
        return preview.real_values(self.by, reference, language) if reference else {}

    def text(self, language):
        """What was written in a language."""
        return Text(*(self.cleaned_data[f"{part}_{_suffix(language)}"] for part in ("title", "body")))

    @cached_property
    def previews(self):
        """For each language, what one would read."""
        return [(name, self._preview(code)) for code, name in settings.LANGUAGES]

    def _preview(self, language):
        real = {name: value for name, value in self._values(language).items() if value}
        context = self.kind.examples_in(language) | real
        return preview.of(self.text(language), context, language=language, topic=self.kind.topic)

    def save(self):
        """Keep a version for each language whose text is new; returns how many."""
        return sum(wording.save(self.kind.name, language, self.text(language), by=self.by) for language in LANGUAGES)
