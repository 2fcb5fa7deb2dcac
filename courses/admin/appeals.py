"""The admin's side of reviews: what waits and until when, one with all that belongs to it, and the answer."""

from django import forms
from django.db.models import Case, F, Value, When
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.generic import View
from django.views.generic.edit import FormView
from django_filters import ChoiceFilter, ModelChoiceFilter
from wagtail.admin import messages
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.admin.views import generic
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.views.generic.permissions import PermissionCheckedMixin

from courses.admin.enrollments import local
from courses.answering import appeals, figures
from courses.answering.documents import response_of
from courses.models import Appeal, AppealFile
from courses.moves import EnrollmentError
from institutions.admin import RegisterViewSet
from institutions.models import Institution


class AppealFilterSet(WagtailFilterSet):
    """What the list is narrowed by."""

    state = ChoiceFilter(choices=Appeal.State.choices, label=_("state"))
    institution = ModelChoiceFilter(
        field_name="enrollment__intake__program__institution",
        queryset=Institution.objects.none(),
        label=_("institution"),
    )
    # Not a BooleanFilter: what is filtered by would read “True” above the list.
    overdue = ChoiceFilter(choices=[("true", _("overdue"))], method="filter_overdue", label=_("answer until"))

    class Meta:
        model = Appeal
        fields = ["state", "institution", "overdue"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.filters["institution"].queryset = Institution.objects.staffed_by(self.request.user)

    def filter_overdue(self, queryset, _name, value):
        """Those whose promised day is over."""
        return queryset.filter(pk__in=Appeal.objects.overdue().values("pk"))


class AppealIndexView(generic.IndexView):
    """Those of one's own institutions: first what waits, the most urgent on top. Above the list, the figures."""

    results_template_name = "courses/admin/answering/appeals_results.html"

    def get_base_queryset(self):
        """One query for a page of rows."""
        mine = Appeal.objects.staffed_by(self.request.user)
        return mine.select_related("enrollment__learner", "enrollment__intake__program", "decided_by")

    def order_queryset(self, queryset):
        """Open ones by their deadline, then the others, the newest first."""
        waiting_first = Case(When(state=Appeal.State.OPEN, then=Value(0)), default=Value(1))
        until = Case(When(state=Appeal.State.OPEN, then=F("due_at")))
        return queryset.order_by(waiting_first, until, "-pk")

    def get_add_url(self):
        """None: learners ask."""

    def get_edit_url(self, instance):
        """None: it is answered, not edited."""

    def get_delete_url(self, instance):
        """None: it stays."""

    @cached_property
    def columns(self):
        """Who, about what, until when."""
        return [
            TitleColumn("enrollment.learner.name", label=_("learner"), get_url=_url_of),
            Column("enrollment.intake.title", label=_("class")),
            Column("get_state_display", label=_("state")),
            Column("due_at", label=_("answer until"), accessor=_due),
            Column("submitted_at", label=_("asked"), accessor=lambda row: local(row.submitted_at)),
            Column("decided_by", label=_("who answered"), accessor=lambda row: row.decided_by or ""),
        ]

    def get_context_data(self, *args, **kwargs):
        """With the figures of the year before."""
        mine = Appeal.objects.staffed_by(self.request.user)
        return super().get_context_data(*args, figures=figures.appeals(mine), **kwargs)


def _url_of(appeal):
    return reverse("appeal:inspect", args=[appeal.pk])


def _due(appeal):
    if appeal.is_overdue:
        return gettext("overdue since %(day)s") % {"day": local(appeal.due_at)[:10]}
    return local(appeal.due_at)[:10]


class AnswerForm(forms.Form):
    """The decision and its words."""

    uphold = forms.TypedChoiceField(
        label=_("decision"),
        choices=[
            ("yes", _("Upheld: the learner is right, and gets back the place that was lost")),
            ("no", _("Not upheld: the decision stays")),
        ],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
        empty_value=None,
    )
    text = forms.CharField(
        label=_("answer to the learner"),
        help_text=_("What you looked at, what you found, what follows. The learner reads exactly this."),
        max_length=2000,
        min_length=10,
        widget=forms.Textarea(attrs={"rows": 6}),
    )


class AppealInspectView(generic.InspectView):
    """One review: what is asked, the decision, what happened since, the answer."""

    template_name = "courses/admin/answering/appeal.html"
    page_title = _("Review asked for")

    def get_object(self, queryset=None):
        """With all that the page shows."""
        related = "enrollment__learner", "enrollment__intake__program__institution", "about__by", "decided_by"
        return get_object_or_404(Appeal.objects.select_related(*related), pk=self.pk)

    def get_page_subtitle(self):
        """Who and where."""
        return f"{self.object.enrollment.learner.name} · {self.object.enrollment.intake.title}"

    def get_edit_url(self):
        """None."""

    def get_delete_url(self):
        """None."""

    def get_fields(self):
        """None of Wagtail's: the template says it better."""
        return []

    def get_context_data(self, **kwargs):
        """What happened, from both tables, and why this person may not answer."""
        appeal = self.object
        waits = appeal.state == Appeal.State.OPEN
        refusal = appeals.who_may_not(appeal, self.request.user) if waits else None
        return super().get_context_data(
            **kwargs,
            history=appeal.enrollment.history.select_related("by"),
            cases=appeal.enrollment.cases.select_related("by"),
            files=appeal.files.defer("content"),
            refusal=refusal,
            may_answer=waits and not refusal and self.user_has_permission("change"),
        )


class AnswerView(PermissionCheckedMixin, WagtailAdminTemplateMixin, FormView):
    """Answer one, once; asked with the consequences."""

    permission_required = "change"
    permission_policy = None
    template_name = "courses/admin/answering/answer.html"
    page_title = _("Answer")
    header_icon = "edit"
    form_class = AnswerForm

    def dispatch(self, request, *args, **kwargs):
        """One's own only (the viewset's guard), and not one's own decision."""
        related = "enrollment__learner", "enrollment__intake__program", "about"
        self.appeal = get_object_or_404(Appeal.objects.select_related(*related), pk=kwargs["pk"])
        return super().dispatch(request, *args, **kwargs)

    def get(self, request, *args, **kwargs):
        """Whoever may not answer hears it before writing."""
        if refused := appeals.who_may_not(self.appeal, request.user):
            messages.warning(request, refused)
            return redirect(_url_of(self.appeal))
        return super().get(request, *args, **kwargs)

    def get_page_subtitle(self):
        """Who and where."""
        return f"{self.appeal.enrollment.learner.name} · {self.appeal.enrollment.intake.title}"

    def get_breadcrumbs_items(self):
        """The list, this one, the answer."""
        return [
            *self.breadcrumbs_items,
            {"url": reverse("appeal:index"), "label": gettext("Reviews asked for")},
            {"url": _url_of(self.appeal), "label": self.appeal.enrollment.reference},
            {"url": "", "label": self.page_title},
        ]

    def form_valid(self, form):
        """Answered; the next that waits is one tap away on the list."""
        try:
            answered = appeals.answer(self.appeal, by=self.request.user, **form.cleaned_data)
        except EnrollmentError as refused:
            form.add_error(None, refused.messages)
            return self.form_invalid(form)
        said = [gettext("Answered; the learner is told."), str(answered.get_outcome_display())]
        messages.success(self.request, " ".join(filter(None, said)))
        return redirect(_url_of(self.appeal))

    def get_context_data(self, **kwargs):
        """What is asked, beside the answer."""
        return super().get_context_data(appeal=self.appeal, **kwargs)


class FileView(PermissionCheckedMixin, View):
    """A document of an appeal, as a download."""

    permission_required = "view"
    permission_policy = None

    def get(self, request, pk, file_id):
        """Only of this appeal, which the viewset's guard has looked at."""
        return response_of(get_object_or_404(AppealFile, appeal=pk, pk=file_id))


class AppealViewSet(RegisterViewSet):
    """Reviews asked for: read and answered, never edited or deleted."""

    model = Appeal
    name = "appeal"
    icon = "comment"
    menu_label = _("Reviews asked for")
    menu_order = 216
    add_to_admin_menu = False
    inspect_view_enabled = True
    index_view_class = AppealIndexView
    inspect_view_class = AppealInspectView
    filterset_class = AppealFilterSet
    search_fields = ["enrollment__reference", "enrollment__learner__name"]

    def visible_to(self, account):
        """Those in one's own institutions."""
        return Appeal.objects.staffed_by(account)

    def get_index_view_kwargs(self, **kwargs):
        """To read the list is enough."""
        return super().get_index_view_kwargs(any_permission_required=["view", "change"], **kwargs)

    def act_urlpatterns(self):
        """The answer and the documents of one."""
        view = self.construct_view
        return [
            path("answer/<int:pk>/", view(AnswerView), name="answer"),
            path("file/<int:pk>/<int:file_id>/", view(FileView), name="file"),
        ]
