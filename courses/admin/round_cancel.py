"""Cancelling a round in the admin: why, what follows, then the act."""

from django import forms
from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from wagtail.log_actions import log

from courses import round_cancelling
from courses.admin.intake_acts import ActView
from courses.models import AdmissionRound
from courses.moves import EnrollmentError


class CancelForm(forms.Form):
    """Why a round is cancelled."""

    note = forms.CharField(
        label=gettext_lazy("why"),
        max_length=200,
        help_text=gettext_lazy("Everyone who applied gets this sentence, and it stands on the page of the round."),
    )


class RoundCancelView(ActView):
    """Cancel a published round before its draw; what becomes of its classes is said before."""

    model = AdmissionRound
    page_title = gettext_lazy("Cancel the round")
    header_icon = "cross"
    permission = "courses.change_admissionround"
    form_class = CancelForm
    confirm_button = gettext_lazy("Cancel the round and tell everyone")
    serious = True
    refusals = (EnrollmentError,)

    def dispatch(self, request, *args, **kwargs):
        """For rounds that were announced and not drawn."""
        if not round_cancelling.may_cancel(self.object):
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    def get_breadcrumbs_items(self):
        """Rounds, the round, this question."""
        return [
            *self.breadcrumbs_items,
            {"url": reverse("admission_round:index"), "label": AdmissionRound._meta.verbose_name_plural},
            {"url": self.back_url, "label": self.object.name},
            {"url": "", "label": self.page_title},
        ]

    @property
    def back_url(self):
        """The round."""
        return reverse("admission_round:inspect", args=[self.object.pk])

    def consequences(self, form):
        """Who is told, what ends, and what becomes of each class."""
        entries = self.object.entries.live().count()
        text = ngettext(
            "%(n)d entry ends with all its choices, and its account gets a message with your reason.",
            "%(n)d entries end with all their choices, and their accounts get a message with your reason.",
            entries,
        )
        said = [text % {"n": entries}]
        for intake in self.object.intakes.select_related("program"):
            if round_cancelling.stays_seated(intake):
                text = _("%(title)s stays as it is: people have places in it from an earlier round.")
            else:
                text = _("%(title)s becomes a draft and can be put into another round, or opened by itself.")
            said.append(text % {"title": intake.title})
        said.append(_("The round stays visible, marked as cancelled with your reason. This cannot be undone."))
        return said

    def carry_out(self, form):
        """Cancel and say how many were told."""
        note = form.cleaned_data["note"]
        entries = round_cancelling.cancel(self.object, by=self.request.user, note=note)
        log(self.object, "courses.cancel_round", user=self.request.user, data={"note": note})
        text = ngettext(
            "The round is cancelled; %(n)d entry was told.", "The round is cancelled; %(n)d entries were told.", entries
        )
        return text % {"n": entries}
