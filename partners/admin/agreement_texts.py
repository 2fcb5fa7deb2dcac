"""The template of agreements in its versions, and the flags that staff settle."""

from django import forms
from django.core.exceptions import PermissionDenied
from django.db.models import F
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _
from django.views.generic.edit import FormView
from django_filters import ChoiceFilter, MultipleChoiceFilter
from wagtail.admin import messages
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.admin.views import generic

from institutions.admin import RegisterViewSet
from partners import agreement_texts as texts
from partners import flags
from partners.admin.trail import Trailed
from partners.models import AgreementFlag, AgreementTemplate
from partners.moves import PartnerError


class TemplateForm(forms.Form):
    """A new version of the text."""

    title = forms.CharField(label=_("title"), max_length=100)
    body = forms.CharField(label=_("text"), max_length=20000, widget=forms.Textarea(attrs={"rows": 30}))
    note = forms.CharField(
        label=_("what changed, and why"), max_length=300, widget=forms.Textarea(attrs={"rows": 2}), required=False
    )

    def clean_body(self):
        """With known placeholders only, and all that must be there."""
        try:
            texts.check(self.cleaned_data["body"])
        except texts.TemplateError as wrong:
            raise forms.ValidationError(wrong.messages) from None
        return self.cleaned_data["body"]


class NewVersionView(Trailed, FormView):
    """Write the next version: look at it with sample values, then put it into use."""

    form_class = TemplateForm
    template_name = "partners/admin/agreement_template.html"
    page_title = _("New version of the agreement")
    trail = [("agreement_template:index", _("Template of agreements"))]

    def dispatch(self, request, *args, **kwargs):
        """For whoever may write the template."""
        if not request.user.has_perm("partners.add_agreementtemplate"):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_initial(self):
        """The version in use."""
        now = texts.current()
        return {"title": now.title, "body": now.body}

    def form_valid(self, form):
        """Show it first; put it into use by the other button."""
        data = form.cleaned_data
        if "use" not in self.request.POST:
            return self.render_to_response(self.get_context_data(form=form, preview=texts.preview(data["body"])))
        if not data["note"].strip():
            form.add_error("note", _("Say what changed, and why."))
            return self.form_invalid(form)
        try:
            made = texts.add_version(**data, by=self.request.user)
        except PartnerError as refused:
            form.add_error(None, refused.messages)
            return self.form_invalid(form)
        messages.success(self.request, _("Version %(n)d is in use.") % {"n": made.number})
        return redirect("agreement_template:inspect", made.pk)

    def get_context_data(self, **kwargs):
        """What may be named."""
        return super().get_context_data(**kwargs, placeholders=texts.PLACEHOLDERS)


class TemplateIndexView(generic.IndexView):
    """The versions, the newest first."""

    def get_base_queryset(self):
        """All; the one that comes with the site, too."""
        texts.kept()
        return AgreementTemplate.objects.select_related("by")

    def order_queryset(self, queryset):
        """The newest first."""
        return queryset.order_by("-number")

    def get_edit_url(self, instance):
        """To the text."""
        return reverse("agreement_template:inspect", args=[instance.pk])

    def get_delete_url(self, instance):
        """None: versions stay."""

    columns = [
        TitleColumn(
            "title", label=_("title"), get_url=lambda row: reverse("agreement_template:inspect", args=[row.pk])
        ),
        Column("number", label=_("version")),
        Column("note", label=_("what changed, and why")),
        Column("at", label=_("when"), accessor=lambda row: f"{row.at:%Y-%m-%d}"),
        Column("by", label=_("who")),
    ]


class TemplateView(generic.InspectView):
    """One version: its text, and how it reads with sample values."""

    template_name = "partners/admin/agreement_version.html"
    page_title = _("Template of agreements")

    def get_edit_url(self):
        """None: another text is another version."""

    def get_delete_url(self):
        """None: versions stay."""

    def get_fields(self):
        """None of Wagtail's: the template says it better."""
        return []

    def get_context_data(self, **kwargs):
        """With sample values."""
        return super().get_context_data(**kwargs, preview=texts.preview(self.object.body))


class TemplateViewSet(RegisterViewSet):
    """Versions of the template."""

    model = AgreementTemplate
    name = "agreement_template"
    icon = "doc-full-inverse"
    menu_label = _("Template of agreements")
    inspect_view_enabled = True
    index_view_class = TemplateIndexView
    inspect_view_class = TemplateView

    def act_urlpatterns(self):
        """A new version."""
        return [path("new/", NewVersionView.as_view(), name="add")]


class FlagFilterSet(WagtailFilterSet):
    """What the list is narrowed by."""

    kind = MultipleChoiceFilter(choices=AgreementFlag.Kind.choices, label=_("what"))
    settled = ChoiceFilter(choices=[("no", _("waits")), ("yes", _("settled"))], label=_("state"), method="by_state")

    class Meta:
        model = AgreementFlag
        fields = ["kind", "settled"]

    def by_state(self, queryset, name, value):
        """What waits, or what somebody has settled."""
        return queryset.filter(settled_at__isnull=value == "no")


class FlagIndexView(generic.IndexView):
    """What waits, the oldest first; then what was settled."""

    def get_base_queryset(self):
        """Only those that one may see."""
        related = "agreement__document", "agreement__enrollment__learner", "agreement__order__enterprise"
        return AgreementFlag.objects.seen_by(self.request.user).select_related(*related)

    def order_queryset(self, queryset):
        """As above."""
        return queryset.order_by(F("settled_at").desc(nulls_first=True), "opened_at", "pk")

    def get_edit_url(self, instance):
        """To settle it."""
        return reverse("agreement_flag:settle", args=[instance.pk])

    def get_add_url(self):
        """None: they come by themselves."""

    def get_delete_url(self, instance):
        """None: they stay."""

    columns = [
        TitleColumn(
            "kind",
            label=_("what"),
            accessor=lambda row: row.get_kind_display(),
            get_url=lambda row: reverse("agreement_flag:settle", args=[row.pk]),
        ),
        Column("subject", label=_("about"), accessor=lambda row: row.about),
        Column("learner", label=_("learner"), accessor=lambda row: row.agreement.enrollment.learner.name),
        Column("enterprise", label=_("enterprise"), accessor=lambda row: row.agreement.order.enterprise),
        Column("text", label=_("said")),
        Column("since", label=_("since"), accessor=lambda row: f"{row.opened_at:%Y-%m-%d}"),
        Column("note", label=_("what came of it")),
    ]


class SettleForm(forms.Form):
    """What came of it."""

    note = forms.CharField(label=_("what came of it"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}))


class SettleView(Trailed, FormView):
    """One flag: what it is about, and what came of it."""

    form_class = SettleForm
    template_name = "partners/admin/agreement_flag.html"
    page_title = _("To look into")
    trail = [("agreement_flag:index", _("To look into"))]

    def dispatch(self, request, *args, **kwargs):
        """For whoever may settle flags of this agreement."""
        if not request.user.has_perm("partners.change_agreementflag"):
            raise PermissionDenied
        mine = AgreementFlag.objects.seen_by(request.user).select_related(
            "agreement__document", "agreement__enrollment__learner", "agreement__order__enterprise", "settled_by"
        )
        self.flag = get_object_or_404(mine, pk=kwargs["pk"])
        return super().dispatch(request, *args, **kwargs)

    def form_valid(self, form):
        """Settle it."""
        try:
            flags.settle(self.flag, note=form.cleaned_data["note"], by=self.request.user)
        except PartnerError as refused:
            form.add_error("note", refused.messages)
            return self.form_invalid(form)
        messages.success(self.request, _("Settled."))
        return redirect("agreement_flag:index")

    def get_context_data(self, **kwargs):
        """The flag."""
        return super().get_context_data(**kwargs, flag=self.flag)


class FlagViewSet(RegisterViewSet):
    """What staff look into about agreements."""

    model = AgreementFlag
    name = "agreement_flag"
    icon = "warning"
    menu_label = _("To look into")
    index_view_class = FlagIndexView
    filterset_class = FlagFilterSet
    search_fields = ["agreement__document__reference", "agreement__enrollment__learner__name"]

    def visible_to(self, account):
        """One's own schools'; the bureau's all."""
        return AgreementFlag.objects.seen_by(account)

    def act_urlpatterns(self):
        """Settling one."""
        return [path("settle/<int:pk>/", SettleView.as_view(), name="settle")]
