"""Forms of residents: asking for a review, rating a class."""

from django import forms
from django.core.validators import MinLengthValidator
from django.utils.translation import gettext_lazy as _

from courses.answering.documents import MOST, FilesField

_STARS = [(5, _("5 · very good")), (4, _("4 · good")), (3, _("3 · fair")), (2, _("2 · poor")), (1, _("1 · very poor"))]


class AppealForm(forms.Form):
    """What should be looked at again, in one's own words, and papers that show it."""

    text = forms.CharField(
        label=_("What is not right?"),
        help_text=_("What happened, and what should have happened. You need not know any rules."),
        max_length=2000,
        validators=[MinLengthValidator(10, _("Write one or two sentences, so that we know what to look at."))],
        widget=forms.Textarea(attrs={"class": "in", "rows": 6}),
        error_messages={"required": _("Write what should be looked at.")},
    )
    files = FilesField(
        label=_("Photographs or documents"),
        help_text=_(
            "Up to %(n)d: pictures or PDF. Only those who answer you see them. If you come back to this page after a"
            " mistake, choose them again."
        )
        % {"n": MOST},
        required=False,
    )


class RatingForm(forms.Form):
    """One tap, and perhaps a word."""

    stars = forms.TypedChoiceField(
        label=_("How was the class?"),
        choices=_STARS,
        coerce=int,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one of the five.")},
    )
    word = forms.CharField(
        label=_("In your own words"),
        help_text=_("The school reads it, without your name."),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"class": "in", "rows": 3}),
    )
