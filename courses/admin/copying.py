"""Copying in the admin: one intake to another term, or a whole term of an institution, with a preview."""

import secrets

from django import forms
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic.edit import FormView
from wagtail.admin import messages
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.views.generic.permissions import PermissionCheckedMixin
from wagtail.permission_policies import ModelPermissionPolicy

from accounts.keys import keys_in
from courses import bulk, copying
from courses.admin.intake_acts import ActView, room_sentences
from courses.copying import CopyingError
from courses.describe import moment
from courses.models import Intake, Term
from institutions.models import Institution


class CopyForm(forms.Form):
    """Into which term."""

    term = forms.ModelChoiceField(label=gettext_lazy("into the term"), queryset=Term.objects.all())


class IntakeCopyView(ActView):
    """Copy one intake."""

    form_class = CopyForm
    page_title = gettext_lazy("Copy to a term")
    header_icon = "copy"
    permission = "courses.add_intake"
    confirm_button = gettext_lazy("Make the draft")
    refusals = (CopyingError,)

    def _plan(self, form):
        return copying.plan([self.object], term=form.cleaned_data["term"])

    def consequences(self, form):
        """The dates, and that nobody sees it yet."""
        [one] = self._plan(form)
        said = [_("A draft with the code %(code)s; nobody sees it until you publish it.") % {"code": one.code}]
        if one.copied_before:
            said.append(_("It has been copied to this term before."))
        return said + [moment(start, end=end) for start, end in one.meetings]

    def warnings(self, form):
        """Rooms that are taken then."""
        return room_sentences(self._plan(form)[0].rooms)

    def carry_out(self, form):
        """Copy, and go to the copy."""
        term = form.cleaned_data["term"]
        [self.copy] = copying.copy(self._plan(form), term=term, by=self.request.user)
        return _("The draft is ready. Look through it, then publish it.")

    @property
    def back_url(self):
        """The copy when there is one."""
        return reverse("intake:inspect", args=[getattr(self, "copy", self.object).pk])


class CopyTermForm(forms.Form):
    """Whose intakes, from where to where."""

    institution = forms.ModelChoiceField(label=gettext_lazy("institution"), queryset=Institution.objects.none())
    source = forms.ModelChoiceField(label=gettext_lazy("from the term"), queryset=Term.objects.all())
    term = forms.ModelChoiceField(label=gettext_lazy("into the term"), queryset=Term.objects.all())

    def __init__(self, *args, account, **kwargs):
        super().__init__(*args, **kwargs)
        mine = Institution.objects.staffed_by(account).providers()
        self.fields["institution"].queryset = mine
        if len(mine[:2]) == 1:
            self.fields["institution"].initial = mine[0]

    def clean(self):
        """Into another term."""
        data = super().clean()
        if data.get("term") and data.get("term") == data.get("source"):
            self.add_error("term", _("Choose another term than the one you copy from."))
        return data


class CopyTermView(PermissionCheckedMixin, WagtailAdminTemplateMixin, FormView):
    """Copy a term of intakes: choose, look through the list, make the drafts in one go."""

    form_class = CopyTermForm
    template_name = "courses/admin/copy_term.html"
    page_title = gettext_lazy("Copy a whole term")
    header_icon = "copy"
    permission_policy = ModelPermissionPolicy(Intake)
    permission_required = "add"

    def get_breadcrumbs_items(self):
        """List, this."""
        return [
            *self.breadcrumbs_items,
            {"url": reverse("intake:index"), "label": gettext_lazy("Intakes")},
            {"url": "", "label": self.page_title},
        ]

    def get_form_kwargs(self):
        """One's own institutions."""
        return super().get_form_kwargs() | {"account": self.request.user}

    @cached_property
    def _chosen(self):
        return keys_in(self.request.POST.getlist("intake"))

    def _plans(self, form):
        data = form.cleaned_data
        intakes = Intake.objects.staffed_by(self.request.user).filter(
            program__institution=data["institution"], term=data["source"]
        )
        intakes = intakes.exclude(status=Intake.Status.CANCELLED).select_related("program", "term")
        return copying.plan(list(intakes.prefetch_related("meetings", "pools")), term=data["term"])

    def form_valid(self, form):
        """The preview first; then those that are ticked."""
        try:
            plans = self._plans(form)
            if "confirmed" not in self.request.POST:
                return self.render_to_response(
                    self.get_context_data(form=form, asking=True, plans=plans, form_key=secrets.token_hex(16))
                )
            wanted = [one for one in plans if one.intake.pk in self._chosen]
            if len(wanted) > bulk.MANY:
                return redirect("bulk_work", self._leave_to_a_worker(wanted, form.cleaned_data).pk)
            made = copying.copy(wanted, term=form.cleaned_data["term"], by=self.request.user)
        except CopyingError as refused:
            form.add_error(None, str(refused))
            return self.form_invalid(form)
        messages.success(
            self.request, _("%(n)d drafts are ready. Publish them when they are right.") % {"n": len(made)}
        )
        return redirect(self._drafts(form.cleaned_data["term"]))

    @staticmethod
    def _drafts(term):
        return f"{reverse('intake:index')}?term={term.pk}&status={Intake.Status.DRAFT}"

    def _leave_to_a_worker(self, wanted, data):
        messages.success(self.request, _("It is being done. You may leave this page."))
        return bulk.start(
            kind=bulk.COPY,
            title=f"{self.page_title} · {data['institution']} · {data['source']} → {data['term']}"[:200],
            keys=[one.intake.pk for one in wanted],
            data={"term": data["term"].pk},
            by=self.request.user,
            back=self._drafts(data["term"]),
            form_key=self.request.POST.get("form_key", "")[:32] or secrets.token_hex(16),
        )
