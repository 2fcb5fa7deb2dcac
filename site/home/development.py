"""Pages for those who build the site: every component in every state, every error page. Not in production."""

from datetime import timedelta
from types import SimpleNamespace

from django import forms
from django.core.paginator import Paginator
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from home import errors
from home.templatetags.home_tags import SCENES


class EveryField(forms.Form):
    """One field of each kind."""

    name = forms.CharField(label=_("Name"), help_text=_("As on the identity card."))
    phone = forms.CharField(label=_("Phone"), widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"}))
    day = forms.DateField(label=_("Day"), widget=forms.DateInput(attrs={"type": "date"}), required=False)
    district = forms.ChoiceField(label=_("County"), choices=[("", "—"), ("232721", "呼玛县"), ("232722", "塔河县")])
    learner = forms.ChoiceField(
        label=_("Who learns?"), choices=[("self", _("myself")), ("parent", _("my parent"))], widget=forms.RadioSelect
    )
    times = forms.MultipleChoiceField(
        label=_("When?"), choices=[("m", _("morning")), ("e", _("evening"))], widget=forms.CheckboxSelectMultiple
    )
    remark = forms.CharField(label=_("Remark"), widget=forms.Textarea(attrs={"rows": 3}), required=False)
    paper = forms.FileField(label=_("Scan or photo"), help_text=_("JPG, PNG or PDF, at most 5 MB."), required=False)
    agree = forms.BooleanField(label=_("I have read the rules and agree to them."))

    def clean(self):
        """An error of the whole form, to see how it looks."""
        raise forms.ValidationError(_("The seat was taken while you filled this in; the waitlist is open."))


def style_guide(request):
    """Every component in every state."""
    now = timezone.now()
    steps = [
        SimpleNamespace(place="done", title=_("Enrolled"), at=now - timedelta(days=2), text=""),
        SimpleNamespace(place="now", title=_("Your seat is certain"), at=None, text=_("We remind you in time.")),
        SimpleNamespace(place="next", title=_("First meeting"), at=now + timedelta(days=3), text=""),
    ]
    context = {
        "empty_form": EveryField(prefix="empty"),
        "form": EveryField({"name": "赵秀兰", "phone": "1390000"}, prefix="bad"),
        "steps": steps,
        "page_of_many": Paginator(range(200), 10).get_page(request.GET.get("page", 7)),
        "consequences": [_("Your seat goes to the next in the waitlist."), _("The fee is paid back in full.")],
        "accents": ["", "k-path", "k-order"],
        "kinds": ["info", "ok", "warn", "bad"],
        "scenes": SCENES,
    }
    template = "home/style_confirm.html" if "confirm" in request.GET else "home/style_guide.html"
    return render(request, template, context)


def error_page(request, status):
    """An error page as people see it."""
    pages = {
        400: errors.bad_request,
        403: errors.forbidden,
        404: errors.not_found,
        419: errors.csrf_failure,
        500: errors.server_error,
        503: errors.busy,
    }
    return pages.get(status, errors.not_found)(request)
