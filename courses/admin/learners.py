"""The admin's list of learners: those enrolled in one's own institutions; and looks at a whole identity number."""

from django import forms
from django.contrib.admin.utils import quote
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.generic.edit import FormView
from django_filters import ModelChoiceFilter
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, FieldRowPanel, ObjectList
from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.admin.views import generic
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.views.generic.permissions import PermissionCheckedMixin
from wagtail.admin.widgets.button import Button

from accounts.fields import BirthDateField, PhoneField
from accounts.models import District, Learner, mask_phone
from courses.admin.enrollments import LimitedPaginator, learner_url, local
from courses.desk import matching, own_learners
from courses.models import Enrollment, IdentityReveal
from institutions.admin import GuardedViewSet, RegisterViewSet


class LearnerFilterSet(WagtailFilterSet):
    """What the list is narrowed by."""

    district = ModelChoiceFilter(queryset=District.objects.filter(county=None), label=_("county or district"))

    class Meta:
        model = Learner
        fields = ["district", "sex"]


class LearnerIndexView(generic.IndexView):
    """Learners of one's own institutions, the newest first; personal data masked."""

    paginator_class = LimitedPaginator
    results_template_name = "courses/admin/enrollments_results.html"

    def get_base_queryset(self):
        """Start from the guard."""
        return own_learners(self.request.user)

    def order_queryset(self, queryset):
        """The newest first."""
        return queryset.order_by("-pk")

    def search_queryset(self, queryset):
        """By the beginning of the name, or a whole phone or identity number."""
        return matching(queryset, self.search_query) if self.search_query.strip() else queryset

    def get_add_url(self):
        """Learners come with an enrollment: at the desk."""
        return reverse("desk") if self.request.user.has_perm("courses.add_enrollment") else None

    def get_delete_url(self, instance):
        """None: only the learner's own account erases one."""

    @cached_property
    def columns(self):
        """Enough to tell two people of one name apart."""
        title = self._get_title_column_class(TitleColumn)
        return [
            title("name", label=_("learner"), get_url=lambda row: reverse("learner:inspect", args=[quote(row.pk)])),
            Column("get_sex_display", label=_("sex")),
            Column("birth_date", label=_("year of birth"), accessor=lambda row: row.birth_date and row.birth_date.year),
            Column("masked_phone", label=_("phone")),
            Column("masked_number", label=_("identity document")),
            Column("residence", label=_("residence")),
        ]

    @cached_property
    def header_more_buttons(self):
        """Who looked at whole numbers, for those who may know."""
        buttons = list(super().header_more_buttons)
        if self.request.user.has_perm("courses.view_identityreveal"):
            url = reverse("identity_reveal:index")
            buttons.append(Button(_("Revealed identity numbers"), url=url, icon_name="view", priority=50))
        return buttons


class LearnerInspectView(generic.InspectView):
    """A learner, masked, with the enrollments in one's own institutions."""

    template_name = "courses/admin/learner.html"
    page_title = _("Learner")

    def get_object(self, queryset=None):
        """With residence and account."""
        return get_object_or_404(Learner.objects.select_related("district", "township", "account"), pk=self.pk)

    def get_page_subtitle(self):
        """Who."""
        return self.object.name

    def get_delete_url(self):
        """None: only the learner's own account erases one."""

    def get_fields(self):
        """None of Wagtail's: the template says it better."""
        return []

    def get_context_data(self, **kwargs):
        """Enrollments elsewhere are not shown."""
        mine = Enrollment.objects.staffed_by(self.request.user).filter(learner=self.object)
        mine = mine.select_related("intake__program", "intake__term").defer("terms")[:50]
        user = self.request.user
        return super().get_context_data(
            **kwargs,
            enrollments=mine,
            guardian_phone=mask_phone(self.object.guardian_phone),
            account_phone=mask_phone(self.object.account.phone),
            may_reveal=self.object.document_number and mine and user.has_perm("courses.add_identityreveal"),
        )


class LearnerForm(WagtailAdminModelForm):
    """What staff may put right. The document stays with the account: it says who the person is."""

    birth_date = BirthDateField(label=_("birth date"), required=False, help_text=_("For example 1959-03-12."))
    phone = PhoneField(label=_("phone"), required=False)
    guardian_phone = PhoneField(label=_("guardian's phone"), required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["district"].queryset = District.objects.filter(county=None)
        self.fields["township"].queryset = District.objects.exclude(county=None).select_related("county")
        if self.instance.document_type == Learner.DocumentType.RESIDENT:
            for name in ("birth_date", "sex"):  # The number says them.
                self.fields[name].disabled = True

    def clean(self):
        """A township lies in its county."""
        data = super().clean()
        township, district = data.get("township"), data.get("district")
        if data.get("lives_elsewhere"):
            data["district"] = data["township"] = None
        elif township and (district is None or township.county_id != district.pk):
            self.add_error("township", _("This township lies in another county."))
        return data


class LearnerViewSet(GuardedViewSet):
    """Learners in the admin."""

    model = Learner
    name = "learner"
    icon = "user"
    menu_label = _("Learners")
    menu_order = 216
    add_to_admin_menu = True
    add_to_reference_index = False
    copy_view_enabled = False
    inspect_view_enabled = True
    index_view_class = LearnerIndexView
    inspect_view_class = LearnerInspectView
    filterset_class = LearnerFilterSet
    search_fields = ["name"]
    search_backend_name = None
    list_per_page = 40
    edit_handler = ObjectList(
        [
            FieldPanel("name"),
            FieldRowPanel([FieldPanel("birth_date"), FieldPanel("sex")]),
            FieldPanel("phone"),
            FieldRowPanel([FieldPanel("district"), FieldPanel("township")]),
            FieldPanel("lives_elsewhere"),
            FieldRowPanel([FieldPanel("guardian_name"), FieldPanel("guardian_phone")]),
        ],
        base_form_class=LearnerForm,
    )

    def visible_to(self, account):
        """Those with an enrollment in one's own institutions."""
        return own_learners(account)

    def get_edit_view_kwargs(self, **kwargs):
        """Without Wagtail's pages of usage and of deleting."""
        return super().get_edit_view_kwargs(**kwargs) | {"usage_url_name": None, "delete_url_name": None}

    def get_urlpatterns(self):
        """The list, one learner, correcting, and a look at the number."""
        return [
            path("", self.index_view, name="index"),
            path("results/", self.index_results_view, name="index_results"),
            path("inspect/<int:pk>/", self.inspect_view, name="inspect"),
            path("edit/<int:pk>/", self.edit_view, name="edit"),
            path("history/<int:pk>/", self.history_view, name="history"),
            path("history-results/<int:pk>/", self.history_results_view, name="history_results"),
            path("reveal/<int:pk>/", self.construct_view(RevealView), name="reveal"),
        ]


class RevealForm(forms.ModelForm):
    """Why the number must be seen."""

    class Meta:
        model = IdentityReveal
        fields = ["purpose", "note"]
        help_texts = {"note": _("For which certificate, at whose request. Managers read this list.")}

    def clean(self):
        """Another reason is named."""
        data = super().clean()
        if data.get("purpose") == IdentityReveal.Purpose.OTHER and not data.get("note"):
            self.add_error("note", _("Say what the reason is."))
        return data


class RevealView(PermissionCheckedMixin, WagtailAdminTemplateMixin, FormView):
    """One whole identity number, for one reason, recorded before it is shown, and shown once."""

    any_permission_required = ["view", "change"]
    permission_policy = None
    form_class = RevealForm
    template_name = "courses/admin/reveal.html"
    page_title = _("Show the identity number")
    header_icon = "view"

    def dispatch(self, request, *args, **kwargs):
        """For those who may; never kept by the browser."""
        self.learner = get_object_or_404(own_learners(request.user), pk=kwargs["pk"])
        if not request.user.has_perm("courses.add_identityreveal"):
            raise PermissionDenied
        response = super().dispatch(request, *args, **kwargs)
        response.headers["Cache-Control"] = "no-store"
        return response

    def get_page_subtitle(self):
        """Whose."""
        return self.learner.name

    def get_breadcrumbs_items(self):
        """Learners, this one, the question."""
        return [
            *self.breadcrumbs_items,
            {"url": reverse("learner:index"), "label": gettext("Learners")},
            {"url": reverse("learner:inspect", args=[self.learner.pk]), "label": self.learner.name},
            {"url": "", "label": self.page_title},
        ]

    def form_valid(self, form):
        """Record it, then show it on this page only."""
        mine = Enrollment.objects.staffed_by(self.request.user).filter(learner=self.learner)
        form.instance.learner, form.instance.by = self.learner, self.request.user
        form.instance.enrollment = mine.latest("pk")
        form.save()
        return self.render_to_response(self.get_context_data(form=form, number=self.learner.document_number))

    def get_context_data(self, **kwargs):
        """Whose."""
        return super().get_context_data(learner=self.learner, **kwargs)


class RevealIndexView(generic.IndexView):
    """Who looked at whose number, when and why."""

    paginator_class = LimitedPaginator

    def get_base_queryset(self):
        """Those in one's own institutions."""
        reveals = IdentityReveal.objects.staffed_by(self.request.user)
        return reveals.select_related("learner", "by", "enrollment__intake__program")

    def get_add_url(self):
        """None: from the learner's page only."""

    def get_edit_url(self, instance):
        """None: a record stays as it is."""

    def get_delete_url(self, instance):
        """None: a record stays."""

    @cached_property
    def columns(self):
        """When, who, whose, why."""
        return [
            Column("at", label=_("when"), accessor=lambda row: local(row.at)),
            Column("by", label=_("who")),
            TitleColumn("learner.name", label=_("learner"), get_url=learner_url),
            Column("get_purpose_display", label=_("why")),
            Column("note", label=_("note")),
            Column("enrollment.intake.title", label=_("class")),
        ]


class IdentityRevealViewSet(RegisterViewSet):
    """The list of reveals, for managers."""

    model = IdentityReveal
    name = "identity_reveal"
    icon = "view"
    menu_label = _("Revealed identity numbers")
    add_to_admin_menu = False
    index_view_class = RevealIndexView
    search_fields = ["learner__name", "by__name"]

    def visible_to(self, account):
        """Those in one's own institutions."""
        return IdentityReveal.objects.staffed_by(account)

    def get_index_view_kwargs(self, **kwargs):
        """To read the list is more than to add to it."""
        return super().get_index_view_kwargs(any_permission_required=["view"], **kwargs)
