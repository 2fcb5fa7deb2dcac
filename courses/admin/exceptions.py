"""The admin's side of exceptions: asking with a listed reason, and the second person's decision."""

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.generic import DetailView
from django.views.generic.edit import FormView
from wagtail.admin import messages
from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.admin.views import generic
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from courses import desk
from courses.admin.enrollments import local
from courses.answering import exceptions
from courses.intake_choice import IntakeChoice, open_intakes
from courses.models import Enrollment, RuleException
from courses.moves import EnrollmentError
from institutions.admin import RegisterViewSet


class _AskForm(forms.Form):
    """Reason and what happened."""

    why = forms.ChoiceField(label=_("reason"), choices=RuleException.Why.choices, widget=forms.RadioSelect)
    note = forms.CharField(
        label=_("what happened"),
        max_length=400,
        min_length=10,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("For the second person; the learner does not read it."),
    )


class _LateForm(_AskForm):
    """Besides, which class and who."""

    intake = IntakeChoice(
        label=_("class"),
        help_text=_(
            "Enrollment is over, and it has not begun. Seats that a round left over are given in a supplementary round."
        ),
        error_messages={
            "unknown": _("No class of your institutions is called so whose enrollment is over and that has not begun.")
        },
    )
    who = forms.CharField(
        label=_("learner"), max_length=60, help_text=_("Whole phone or identity number, or the name of one of yours.")
    )
    field_order = ["intake", "who", "why", "note"]

    def __init__(self, *args, by, **kwargs):
        super().__init__(*args, **kwargs)
        self.by = by
        now = timezone.now()
        self.fields["intake"].offer([intake for intake in open_intakes(by) if intake.closes_at <= now])

    def clean_who(self):
        """The one learner who is meant; a family has one phone, so the name may stand after it."""
        number, _space, name = self.cleaned_data["who"].rpartition(" ")
        found = desk.find(self.cleaned_data["who"], by=self.by)
        if not found and number:
            found = [one for one in desk.find(number, by=self.by) if one.name == name]
        if not found:
            raise forms.ValidationError(gettext("Nobody is known by this. Enter the learner at the desk first."))
        if len(found) > 1:
            text = gettext("Several learners fit: %(names)s. Type the number, a space and the name.")
            raise forms.ValidationError(text % {"names": gettext(", ").join(one.name for one in found)})
        return found[0]


class ExceptionCreateView(WagtailAdminTemplateMixin, FormView):
    """Ask: `?enrollment=N` for a seat out of order, else for a late entry."""

    template_name = "courses/admin/answering/exception_new.html"
    page_title = _("Ask for an exception")
    header_icon = "warning"

    def dispatch(self, request, *args, **kwargs):
        """For those who may ask; an enrollment of others does not exist."""
        if not request.user.has_perm("courses.add_ruleexception"):
            raise PermissionDenied
        self.enrollment, wanted = None, request.GET.get("enrollment", "")
        if wanted:
            mine = Enrollment.objects.staffed_by(request.user).select_related("intake__program", "learner")
            self.enrollment = mine.filter(pk=wanted).first() if wanted.isdecimal() else None
            if self.enrollment is None:
                raise Http404
        return super().dispatch(request, *args, **kwargs)

    def get_breadcrumbs_items(self):
        """The list, this form."""
        listing = {"url": reverse("exception:index"), "label": _("Exceptions")}
        return [*self.breadcrumbs_items, listing, {"url": "", "label": self.page_title}]

    def get_form(self, form_class=None):
        """That of the kind."""
        kwargs = self.get_form_kwargs()
        return _AskForm(**kwargs) if self.enrollment else _LateForm(by=self.request.user, **kwargs)

    def form_valid(self, form):
        """Asked, or why not."""
        said = form.cleaned_data
        fixed = {"why": said["why"], "note": said["note"], "by": self.request.user}
        try:
            if self.enrollment:
                asked = exceptions.ask_seat(self.enrollment, **fixed)
            else:
                asked = exceptions.ask_late(said["intake"], said["who"], **fixed)
        except EnrollmentError as refused:
            form.add_error(None, refused.messages)
            return self.form_invalid(form)
        messages.success(self.request, gettext("Asked. Nothing changes before another person approves."))
        return redirect("exception:inspect", asked.pk)

    def get_context_data(self, **kwargs):
        """For whom."""
        return super().get_context_data(enrollment=self.enrollment, **kwargs)


class ExceptionIndexView(generic.IndexView):
    """Those of one's own institutions, the newest first."""

    def get_base_queryset(self):
        """One query for a page of rows."""
        mine = RuleException.objects.staffed_by(self.request.user)
        return mine.select_related("intake__program", "learner", "asked_by", "decided_by")

    def get_edit_url(self, instance):
        """None: it is decided, not edited."""

    def get_delete_url(self, instance):
        """None: it stays."""

    @cached_property
    def columns(self):
        """Who, what, why, by whom."""
        return [
            TitleColumn("learner.name", label=_("learner"), get_url=_url_of),
            Column("intake.title", label=_("class")),
            Column("get_kind_display", label=_("rule")),
            Column("get_why_display", label=_("reason")),
            Column("get_state_display", label=_("state")),
            Column("asked_by", label=_("who asks")),
            Column("asked_at", label=_("asked"), accessor=lambda row: local(row.asked_at)),
            Column("decided_by", label=_("who decided"), accessor=lambda row: row.decided_by or ""),
        ]


def _url_of(exception):
    return reverse("exception:inspect", args=[exception.pk])


class ExceptionInspectView(WagtailAdminTemplateMixin, DetailView):
    """One exception; for another person than who asked, the two buttons."""

    model = RuleException
    template_name = "courses/admin/answering/exception.html"
    page_title = _("Exception to a rule")
    header_icon = "warning"

    def dispatch(self, request, *args, **kwargs):
        """For those who may look; deciding is for those who may change."""
        if not request.user.has_perm("courses.view_ruleexception"):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_queryset(self):
        """With all that the page shows."""
        return RuleException.objects.select_related("intake__program", "learner", "asked_by", "decided_by")

    def get_breadcrumbs_items(self):
        """The list, this one."""
        listing = {"url": reverse("exception:index"), "label": _("Exceptions")}
        return [*self.breadcrumbs_items, listing, {"url": "", "label": self.object.learner.name}]

    def post(self, request, *args, **kwargs):
        """Approve or refuse."""
        if not request.user.has_perm("courses.change_ruleexception"):
            raise PermissionDenied
        exception = get_object_or_404(self.get_queryset(), pk=kwargs["pk"])
        answer = " ".join(request.POST.get("answer", "").split())[:200]
        try:
            if "approve" in request.POST:
                made = exceptions.approve(exception, by=request.user, answer=answer)
                said = gettext("Approved: %(reference)s is now %(state)s; the learner is told.")
                messages.success(request, said % {"reference": made, "state": made.get_state_display()})
            elif "refuse" in request.POST:
                exceptions.refuse(exception, by=request.user, answer=answer)
                messages.success(request, gettext("Refused. Nothing was changed."))
        except EnrollmentError as refused:
            for text in refused.messages:
                messages.error(request, text)
        return redirect(_url_of(exception))

    def get_context_data(self, **kwargs):
        """Whether this person may decide, and why not."""
        exception, user = self.object, self.request.user
        waits = exception.state == RuleException.State.ASKED and exception.expires_at > timezone.now()
        refusal = exceptions.who_may_not(exception, user) if waits else None
        may = waits and not refusal and user.has_perm("courses.change_ruleexception")
        return super().get_context_data(may_decide=may, refusal=refusal, waits=waits, **kwargs)


class ExceptionViewSet(RegisterViewSet):
    """Exceptions: asked for, decided, never edited or deleted."""

    model = RuleException
    name = "exception"
    icon = "warning"
    menu_label = _("Exceptions")
    add_to_admin_menu = False
    inspect_view_enabled = True
    index_view_class = ExceptionIndexView
    list_filter = ["state", "kind", "why"]
    search_fields = ["learner__name", "intake__code"]

    def visible_to(self, account):
        """Those in one's own institutions."""
        return RuleException.objects.staffed_by(account)

    def get_index_view_kwargs(self, **kwargs):
        """To read the list is enough."""
        return super().get_index_view_kwargs(any_permission_required=["view"], **kwargs)

    def get_urlpatterns(self):
        """The list, a new one, one of them."""
        return [
            path("", self.index_view, name="index"),
            path("results/", self.index_results_view, name="index_results"),
            path("new/", self.construct_view(ExceptionCreateView), name="add"),
            path("<int:pk>/", self.construct_view(ExceptionInspectView), name="inspect"),
        ]
