"""Agreements in the admin: the class of an order with who has signed, one agreement, the queue to sign, ending one."""

from django import forms
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView, View
from django.views.generic.edit import FormView
from django_filters import ChoiceFilter, MultipleChoiceFilter
from wagtail.admin import messages
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.admin.views import generic
from wagtail.admin.widgets import AdminDateInput
from wagtail.admin.widgets.button import Button

from accounts.keys import keys_in
from institutions.admin import RegisterViewSet
from partners import agreement_printing, agreements, placements
from partners.admin.order_classes import ClassesView, ClassView, OutcomesView
from partners.admin.trail import Trailed
from partners.models import Agreement, Party, Placement
from partners.moves import PartnerError
from partners.states import AgreementState
from partners.views.agreements import paper_of, summary_of
from partners.views.signing import Signing


def to_sign(account):
    """Agreements that this account can sign for its school."""
    if not account.has_perm("partners.change_agreement"):
        return Agreement.objects.none()
    return Agreement.objects.staffed_by(account).unsigned_by(Party.INSTITUTION)


class AgreementFilterSet(WagtailFilterSet):
    """What the list is narrowed by."""

    state = MultipleChoiceFilter(choices=AgreementState.choices, label=_("state"))
    waiting = ChoiceFilter(choices=[("school", _("for the school"))], label=_("waits"), method="narrow_to_waiting")

    class Meta:
        model = Agreement
        fields = ["state", "waiting"]

    def narrow_to_waiting(self, queryset, name, value):
        """Those that the school has not signed."""
        return queryset.unsigned_by(Party.INSTITUTION)


class AgreementIndexView(generic.IndexView):
    """Agreements, the newest first."""

    def get_base_queryset(self):
        """Only those that one may see."""
        return Agreement.objects.seen_by(self.request.user).with_all()

    def order_queryset(self, queryset):
        """The newest first."""
        return queryset.order_by("-pk")

    def get_edit_url(self, instance):
        """To the agreement."""
        return reverse("agreement:inspect", args=[instance.pk])

    def get_add_url(self):
        """None: made from the class."""

    def get_delete_url(self, instance):
        """None: agreements stay."""

    @cached_property
    def header_buttons(self):
        """To the classes, and to what waits for a signature."""
        found = [Button(gettext("Classes of orders"), reverse("agreement:classes"), icon_name="group")]
        if to_sign(self.request.user).exists():
            found.append(Button(gettext("Sign for the school"), reverse("agreement:sign"), icon_name="edit"))
        return found

    columns = [
        TitleColumn("reference", label=_("agreement"), get_url=lambda row: reverse("agreement:inspect", args=[row.pk])),
        Column("learner", label=_("learner"), accessor=lambda row: row.enrollment.learner.name),
        Column("enterprise", label=_("enterprise"), accessor=lambda row: row.order.enterprise),
        Column("order", label=_("training order")),
        Column("get_state_display", label=_("state")),
        Column("missing", label=_("not signed by"), accessor=lambda row: _missing(row)),
    ]


def _missing(agreement):
    return "、".join(str(one.label) for one in agreement.missing) if agreement.is_open else ""


class AgreementView(generic.InspectView):
    """One agreement: terms, text, signatures, pay, both sides' placements side by side, what happened."""

    template_name = "partners/admin/agreement.html"
    page_title = _("Agreement")

    def get_edit_url(self):
        """None: a text is never changed."""

    def get_delete_url(self):
        """None: never removed."""

    def get_fields(self):
        """None of Wagtail's: the template says it better."""
        return []

    def get_context_data(self, **kwargs):
        """Everything that staff read."""
        one = Agreement.objects.with_all().get(pk=self.object.pk)
        user = self.request.user
        own = Agreement.objects.staffed_by(user).filter(pk=one.pk).exists()
        return super().get_context_data(
            **kwargs,
            agreement=one,
            summary=summary_of(one),
            signatures=list(agreement_printing.signature_rows(one)),
            pay=list(one.pay_reports.all()),
            sides=_sides(one),
            history=one.history.select_related("by").order_by("-pk"),
            flags=one.flags.order_by("settled_at", "-pk"),
            may_sign=to_sign(user).filter(pk=one.pk).exists(),
            may_replace=own and one.is_open and user.has_perm("partners.add_agreement"),
            may_end=own and (one.is_open or one.is_in_force) and user.has_perm("partners.change_agreement"),
        )


def _sides(agreement):
    """(point, what the enterprise says, what the learner says, whether they differ) for what anybody has told."""
    said = {(one.point, one.side): one for one in agreement.placements.all()}
    for point in Placement.Point:
        one, other = (said.get((point, side)) for side in Placement.Side)
        if one or other:
            words = [placements.words_of(side) if side else "" for side in (one, other)]
            yield point.label, *words, bool(one and other and placements.differ(one, other))


class PaperView(View):
    """The agreement as a PDF or plain text."""

    visible_to = None

    def get(self, request, pk, kind):
        """Give it out."""
        return paper_of(get_object_or_404(self.visible_to(request.user).with_all(), pk=pk), kind)


class SignView(Trailed, TemplateView):
    """Sign for the school: all that waits, or those named in the address, with one code."""

    template_name = "partners/admin/agreements_sign.html"
    page_title = _("Sign for the school")
    trail = [("agreement:index", _("Agreements"))]

    def dispatch(self, request, *args, **kwargs):
        """The queue, the code, the signature."""
        if not request.user.has_perm("partners.change_agreement"):
            raise PermissionDenied
        chosen = keys_in(request.GET.getlist("agreement"))
        waiting = to_sign(request.user).with_all().order_by("order", "pk")
        self.found = list(waiting.filter(pk__in=chosen) if chosen else waiting)
        if not self.found:
            messages.success(request, gettext("There is nothing to sign."))
            return redirect("agreement:index")
        signing = Signing(request, self.found, Party.INSTITUTION, back=redirect("agreement:index"))
        return signing.answer(self.template_name, {}, draw=self._draw)

    def _draw(self, request, template, context):
        return self.render_to_response(self.get_context_data(found=self.found, **context))


class WhyForm(forms.Form):
    """The reason, which all parties read."""

    reason = forms.CharField(
        label=_("reason"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("All parties read it."),
    )


class EndForm(WhyForm):
    """How an agreement in force ends, by whom, and when."""

    how = forms.ChoiceField(
        label=_("what happened"),
        choices=[("terminate", _("it was ended")), ("breach", _("it was broken"))],
        widget=forms.RadioSelect,
    )
    party = forms.ChoiceField(label=_("by which party"), choices=Party.choices)
    day = forms.DateField(label=_("on which day"), widget=AdminDateInput)
    field_order = ["how", "party", "day", "reason"]


class _ActView(Trailed, FormView):
    """An act on one agreement of one's school: asked once, with what follows."""

    template_name = "partners/admin/serious.html"
    trail = [("agreement:index", _("Agreements"))]
    permission = ""
    label = ""
    states = ()

    @cached_property
    def row(self):
        """The agreement, locked to one's own school; 404 where this cannot be done."""
        mine = Agreement.objects.staffed_by(self.request.user).filter(state__in=self.states).with_all()
        return get_object_or_404(mine, pk=self.kwargs["pk"])

    def dispatch(self, request, *args, **kwargs):
        """For whoever has the right."""
        if not request.user.has_perm(self.permission):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_page_title(self):
        """The act."""
        return self.label

    def get_page_subtitle(self):
        """About which."""
        return str(self.row)

    def form_valid(self, form):
        """Do it, or say why not."""
        try:
            after = self.act(form.cleaned_data)
        except PartnerError as refused:
            form.add_error(None, refused.messages)
            return self.form_invalid(form)
        messages.success(self.request, _("Recorded. All parties are told."))
        return redirect("agreement:inspect", after.pk)

    def get_context_data(self, **kwargs):
        """What follows, and the way back."""
        told = {"row": self.row, "label": self.label, "consequences": self.consequences()}
        return super().get_context_data(**kwargs, **told, back="agreement:inspect")


class ReplaceView(_ActView):
    """Make the agreement anew, before all have signed."""

    form_class = WhyForm
    permission = "partners.add_agreement"
    label = _("Replace the agreement")
    states = (AgreementState.OPEN,)

    def consequences(self):
        """What follows."""
        yield gettext("A new agreement is made from the template and the order as they are now.")
        yield gettext("Whoever has signed this one signs the new one again.")

    def act(self, data):
        """Do it."""
        return agreements.void(self.row, reason=data["reason"], by=self.request.user)


class EndView(_ActView):
    """Withdraw an agreement, or record that it ended or was broken."""

    permission = "partners.change_agreement"
    label = _("End the agreement")
    states = (AgreementState.OPEN, AgreementState.IN_FORCE)

    def get_form_class(self):
        """Before all have signed only the reason is asked."""
        return WhyForm if self.row.is_open else EndForm

    def consequences(self):
        """What follows."""
        if self.row.is_open:
            yield gettext("It does not come into force. Without one, the learner cannot take part in the training.")
            return
        yield gettext("It is final. All parties read the reason.")
        if self.row.breach:
            yield gettext("The terms say: %(text)s") % {"text": self.row.breach}
        yield gettext("The site never collects what the terms name; the parties settle it themselves.")

    def act(self, data):
        """Do it."""
        by = self.request.user
        if self.row.is_open:
            return agreements.withdraw(self.row, party=Party.INSTITUTION, reason=data["reason"], by=by)
        told = {"party": data["party"], "reason": data["reason"], "day": data["day"], "by": by}
        act = agreements.record_breach if data["how"] == "breach" else agreements.terminate
        return act(self.row, act_for=Party.INSTITUTION, **told)


class AgreementViewSet(RegisterViewSet):
    """Agreements: read, signed for the school, ended; never written by hand."""

    model = Agreement
    name = "agreement"
    icon = "doc-full"
    menu_label = _("Agreements")
    inspect_view_enabled = True
    index_view_class = AgreementIndexView
    inspect_view_class = AgreementView
    filterset_class = AgreementFilterSet
    search_fields = ["document__reference", "enrollment__learner__name", "order__title", "order__enterprise__name"]

    def visible_to(self, account):
        """One's own schools'; the bureau's all."""
        return Agreement.objects.seen_by(account)

    def act_urlpatterns(self):
        """The papers of one, the queue to sign, the acts, the classes."""
        paper = PaperView.as_view(visible_to=self.visible_to)
        return [
            path("paper/<int:pk>/<slug:kind>/", paper, name="paper"),
            path("sign/", SignView.as_view(), name="sign"),
            path("replace/<int:pk>/", ReplaceView.as_view(), name="replace"),
            path("end/<int:pk>/", EndView.as_view(), name="end"),
            path("classes/", ClassesView.as_view(), name="classes"),
            path("class/<int:order_pk>/", ClassView.as_view(), name="class"),
            path("class/<int:order_pk>/<slug:file_format>/", OutcomesView.as_view(), name="outcomes"),
        ]
