"""An act of staff that cannot simply be undone: asked once, with what follows and a reason."""

from django import forms
from django.http import Http404
from django.shortcuts import redirect
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.views.generic.edit import FormView
from wagtail.admin import messages
from wagtail.admin.views.generic.permissions import PermissionCheckedMixin

from partners.admin.trail import Trailed
from partners.moves import PartnerError


class WhyForm(forms.Form):
    """The reason, which the other side reads, and a note for colleagues."""

    note = forms.CharField(
        label=_("reason"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("The enterprise reads it."),
    )
    private_note = forms.CharField(
        label=_("note for colleagues"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Only staff read it."),
    )


class SeriousActView(PermissionCheckedMixin, Trailed, FormView):
    """The question and the act. Subclasses say `label`, `consequences()`, `act(data)` and where one comes from."""

    permission_required = "change"
    permission_policy = None
    visible_to = None
    index_url_name = None
    inspect_url_name = None
    form_class = WhyForm
    template_name = "partners/admin/serious.html"
    label = ""
    states = ()

    @cached_property
    def row(self):
        """What it is about; 404 where this cannot be done."""
        found = self.visible_to(self.request.user).filter(pk=self.kwargs["pk"], state__in=self.states).first()
        if found is None:
            raise Http404
        return found

    def get_page_title(self):
        """The act."""
        return self.label

    def get_page_subtitle(self):
        """About what."""
        return str(self.row)

    def form_valid(self, form):
        """Do it, or say why not."""
        try:
            self.act(form.cleaned_data)
        except PartnerError as refused:
            messages.error(self.request, " ".join(refused.messages))
        else:
            messages.success(self.request, _("Done. The enterprise is told."))
        return redirect(self.inspect_url_name, self.row.pk)

    def get_context_data(self, **kwargs):
        """What follows, and the way back."""
        return super().get_context_data(
            **kwargs, row=self.row, label=self.label, consequences=self.consequences(), back=self.inspect_url_name
        )


def remarks_in(post):
    """The remarks that a form of staff holds: {name of the field: text}, without empty ones."""
    prefix = "remark-"
    told = ((name, text.replace("\0", "").strip()) for name, text in post.items() if name.startswith(prefix))
    found = {name.removeprefix(prefix).replace("\0", ""): text for name, text in told}
    return {name: text[:500] for name, text in found.items() if text}
