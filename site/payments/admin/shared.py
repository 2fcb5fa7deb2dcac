"""What the screens of money have in common: moments, amounts typed in yuan, and one page to ask before an act."""

from decimal import Decimal

from django import forms
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.generic.edit import FormView
from wagtail.admin import messages
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from payments.describe import METHOD_LABELS
from payments.errors import MoneyError

DESK_METHODS = [(name, METHOD_LABELS[name]) for name in ("cash", "terminal", "transfer")]


def local(moment):
    """A moment in Asia/Shanghai as lists show it."""
    return f"{timezone.localtime(moment):%Y-%m-%d %H:%M}" if moment else ""


class YuanField(forms.DecimalField):
    """An amount typed in yuan; its value is whole fen."""

    def __init__(self, *, below_zero=False, **options):
        options.setdefault("max_digits", 9)
        super().__init__(min_value=None if below_zero else Decimal(0), decimal_places=2, **options)

    def clean(self, value):
        """The amount in fen."""
        cleaned = super().clean(value)
        return cleaned if cleaned is None else int(cleaned * 100)


class ActForm(forms.Form):
    """Nothing to choose; `form_key` makes a form sent twice do the same as once."""

    form_key = forms.CharField(widget=forms.HiddenInput, max_length=32)


class ActView(WagtailAdminTemplateMixin, FormView):
    """Ask once, with the consequences; do it; go on. A MoneyError is said in the form.

    Subclasses name `model`, `permission`, `form_class`, `button`, and give `consequences()`, `do(data)` and `after()`.
    """

    template_name = "payments/admin/act.html"
    model = None
    permission = ""
    button = ""
    done = ""
    serious = False
    header_icon = "tick"

    def dispatch(self, request, *args, **kwargs):
        """For those who may, on what belongs to their institutions."""
        if not request.user.has_perm(self.permission):
            raise PermissionDenied
        self.object = get_object_or_404(self.model.objects.staffed_by(request.user), pk=kwargs["pk"])
        return super().dispatch(request, *args, **kwargs)

    def get_page_subtitle(self):
        """Which one."""
        return str(self.object)

    def get_breadcrumbs_items(self):
        """Where one is."""
        return [
            *self.breadcrumbs_items,
            {"url": self.after(), "label": str(self.object)},
            {"url": "", "label": self.page_title},
        ]

    def consequences(self):
        """Sentences: who gets what, what happens next."""
        return []

    def do(self, data):
        """Do it; may raise MoneyError."""
        raise NotImplementedError

    def after(self):
        """Where to go then."""
        raise NotImplementedError

    def form_valid(self, form):
        """Do it, or say why not."""
        try:
            self.do(form.cleaned_data)
        except MoneyError as error:
            form.add_error(None, error.message)
            return self.form_invalid(form)
        messages.success(self.request, self.done)
        return redirect(self.after())

    def get_context_data(self, **kwargs):
        """What the page says."""
        return super().get_context_data(
            consequences=self.consequences(), button=self.button, serious=self.serious, back=self.after(), **kwargs
        )


NOTE = {
    "label": _("note"),
    "max_length": 200,
    "help_text": _("For colleagues and the accountant: what happened. No names or numbers of people."),
}
