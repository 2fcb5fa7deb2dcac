"""Applications to pathways in the admin: the queue, one application with its review, its proofs."""

from datetime import datetime

from django import forms
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.generic import View
from django_filters import ChoiceFilter, ModelChoiceFilter, MultipleChoiceFilter
from wagtail.admin import messages
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.admin.views import generic
from wagtail.admin.views.generic.permissions import PermissionCheckedMixin

from courses.admin.enrollments import local
from courses.applying import documents, sending, verifying
from courses.applying.answers import Answers
from courses.applying.states import ApplicationState
from courses.models import AdmissionRound, IdentityReveal, PathwayApplication
from courses.models.schooling import candidate_key
from courses.moves import EnrollmentError
from institutions.admin import RegisterViewSet

_WAITING = [("mine", _("my unfinished reviews")), ("all", _("all that wait"))]


class ApplicationFilterSet(WagtailFilterSet):
    """What the list is narrowed by."""

    state = MultipleChoiceFilter(
        choices=[choice for choice in ApplicationState.choices if choice[0] != ApplicationState.DRAFT],
        label=_("state"),
    )
    waiting = ChoiceFilter(choices=_WAITING, label=_("waits for you"), method="narrow_to_waiting")
    round = ModelChoiceFilter(queryset=AdmissionRound.objects.none(), label=_("admission round"))

    class Meta:
        model = PathwayApplication
        fields = ["state", "waiting", "round"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        mine = PathwayApplication.objects.staffed_by(self.request.user)
        self.filters["round"].queryset = AdmissionRound.objects.filter(pk__in=mine.values("round"))

    def narrow_to_waiting(self, queryset, name, value):
        """What waits, or what one has begun."""
        waiting = queryset.filter(state=ApplicationState.SUBMITTED)
        return waiting.filter(reviewer=self.request.user) if value == "mine" else waiting


class ApplicationIndexView(generic.IndexView):
    """The queue at the top: one's own unfinished, then the oldest; below it what is done."""

    def get_base_queryset(self):
        """One query for a page of rows."""
        mine = PathwayApplication.objects.staffed_by(self.request.user)
        return mine.select_related("learner", "round", "reviewer").defer("answers", "answers_sent_before")

    def order_queryset(self, queryset):
        """As above."""
        return queryset.queue(self.request.user)

    def search_queryset(self, queryset):
        """By the beginning of the name, by the reference, or by the whole candidate number."""
        text = (self.search_query or "").strip()
        if not text:
            return queryset
        by_number = Q(learner__school_record__candidate_key=candidate_key(text))
        return queryset.filter(Q(learner__name__startswith=text) | Q(reference=text.upper()) | by_number)

    def get_edit_url(self, instance):
        """To the review."""
        return _review_url(instance)

    def get_add_url(self):
        """None: families write applications."""

    def get_delete_url(self, instance):
        """None: applications are never removed."""

    columns = [
        TitleColumn("learner.name", label=_("learner"), get_url=lambda row: _review_url(row)),
        Column("round", label=_("admission round")),
        Column("get_state_display", label=_("state")),
        Column("submitted_at", label=_("submitted"), accessor=lambda row: local(row.submitted_at)),
        Column("number", label=_("times submitted")),
        Column("until", label=_("to be corrected until"), accessor=lambda row: _until(row)),
        Column("reviewer", label=_("reviewer"), accessor=lambda row: row.reviewer or ""),
    ]


def _review_url(application):
    return reverse("pathway_application:inspect", args=[application.pk])


def _until(application):
    return local(application.correct_until) if application.correct_until else ""


class ReasonForm(forms.Form):
    """Why whole numbers are looked at."""

    purpose = forms.ChoiceField(label=_("why"), choices=IdentityReveal.Purpose.choices)


class ReviewView(generic.InspectView):
    """One application: every answer with what it was before and room for a remark, the decision, what happened."""

    template_name = "courses/admin/application.html"
    page_title = _("Application to pathways")
    http_method_names = ["get", "post"]
    revealed = False

    def get_object(self, queryset=None):
        """With all that the page shows."""
        related = "round__term", "round__institution", "learner", "account", "entry", "reviewer"
        return get_object_or_404(PathwayApplication.objects.select_related(*related), pk=self.pk)

    def get_page_subtitle(self):
        """Who."""
        return self.object.learner.name

    def get_edit_url(self):
        """None: staff do not write applications."""

    def get_delete_url(self):
        """None: never removed."""

    def get_fields(self):
        """None of Wagtail's: the template says it better."""
        return []

    @cached_property
    def only_sends(self):
        """Whether this person is of the junior middle school that sends the learner: part of it is shown."""
        return sending.only_sends(self.object, self.request.user)

    @property
    def may_reveal(self):
        """Whether this person may see whole numbers: identity numbers are not for the sending school."""
        return self.request.user.has_perm("courses.add_identityreveal") and not self.only_sends

    @cached_property
    def may_review(self):
        """Whether this person decides, and there is something to decide."""
        waits = self.object.state in (ApplicationState.SUBMITTED, ApplicationState.VERIFIED)
        return waits and self.user_has_permission("change")

    def post(self, request, *args, **kwargs):
        """By the button that was pressed; then the next one in the queue."""
        if request.POST.get("decision") == "reveal":
            return self._reveal(request)
        if not self.user_has_permission("change"):
            raise PermissionDenied
        try:
            text = self._decide(request.POST.get("decision", ""))
        except EnrollmentError as refused:
            messages.error(request, " ".join(refused.messages))
            return redirect("pathway_application:inspect", self.object.pk)
        messages.success(request, text)
        following = verifying.next_in_queue(request.user, after=self.object)
        if request.POST.get("decision") == "take_over":
            following = self.object
        if following is None:
            return redirect("pathway_application:index")
        return redirect("pathway_application:inspect", following.pk)

    def _reveal(self, request):
        form = ReasonForm(request.POST)
        if not self.may_reveal or not form.is_valid():
            raise PermissionDenied
        if self.object.is_live:
            verifying.reveal(self.object, by=request.user, purpose=form.cleaned_data["purpose"])
            self.revealed = True
        return self.render_to_response(self.get_context_data())

    def _decide(self, decision):
        post, application = self.request.POST, self.object
        told = {"by": self.request.user, "note": post.get("note", "").strip()[:2000]}
        typed = post.get("number", "")[:9]
        number = int(typed) if typed.isdecimal() else 0
        if decision == "take_over":
            verifying.take_over(application, by=self.request.user)
            return gettext("The review is yours now.")
        if decision == "verify":
            verifying.verify(application, number=number, **told)
            return gettext("Confirmed. The family is told.")
        if decision == "return":
            verifying.give_back(application, number=number, remarks=_remarks(post), until=_moment(post), **told)
            return gettext("Returned. The family is told.")
        verifying.keep(application, remarks=_remarks(post), **told)
        return gettext("Saved. It is first in your queue.")

    def get_context_data(self, **kwargs):
        """Everything that a reviewer reads: what was submitted, not what is being typed since."""
        application = self.object
        answers = Answers(application, application.sent)
        sections = self._sections_of(answers)
        shown = {name for _section, rows in sections for name, _label, _words in rows}
        before = verifying.what_changed(application)
        if self.only_sends:
            before = {name: words for name, words in before.items() if name in {*shown, "documents"}}
        others = application.reviewer_id and application.reviewer_id != self.request.user.pk
        return super().get_context_data(
            **kwargs,
            application=application,
            sections=[(one, _rows(rows, before, application)) for one, rows in sections],
            documents=answers.documents,
            changed=[answers.label_of(name) for name in before],
            differences=verifying.differences(application),
            others=application.reviewer if others else None,
            may_review=self.may_review and not others,
            may_take_over=self.may_review and others and verifying.may_take_over(application, self.request.user),
            only_sends=self.only_sends,
            until=timezone.localtime(verifying.correct_until(application)),
            history=sending.history_for(self.request.user, application, shown),
            purposes=IdentityReveal.Purpose.choices,
            revealed=self.revealed,
            may_reveal=self.may_reveal and application.is_live,
        )

    def _sections_of(self, answers):
        if not self.object.is_live:
            return []
        return sending.rows_for(self.request.user, answers, masked=not self.revealed)


def _rows(rows, before, application):
    remarks = application.draft_remarks
    return [
        {"name": name, "label": label, "words": words, "before": before.get(name), "remark": remarks.get(name, "")}
        for name, label, words in rows
    ]


def _remarks(post):
    """The remarks that the form holds: {name of the question: text}, without empty ones."""
    prefix = "remark-"
    found = {name.removeprefix(prefix): text.strip() for name, text in post.items() if name.startswith(prefix)}
    return {name: text[:500] for name, text in found.items() if text}


def _moment(post):
    """The moment until which it can be mended, as the browser sends it; None: as the rules say."""
    try:
        return timezone.make_aware(datetime.fromisoformat(post.get("until", "")))
    except ValueError:
        return None


class ProofView(PermissionCheckedMixin, View):
    """A proof, for those who check the application."""

    permission_required = "view"
    permission_policy = None

    def get(self, request, pk, document):
        """The file itself; which applications one may see, the viewset has asked."""
        application = get_object_or_404(PathwayApplication.objects.staffed_by(request.user), pk=pk)
        sent = application.sent.get("documents", [])
        return documents.response_of(get_object_or_404(application.documents.filter(pk__in=sent), pk=document))


class ApplicationViewSet(RegisterViewSet):
    """Applications to pathways: checked, never written by staff."""

    model = PathwayApplication
    name = "pathway_application"
    icon = "clipboard-list"
    menu_label = _("Applications to pathways")
    inspect_view_enabled = True
    index_view_class = ApplicationIndexView
    inspect_view_class = ReviewView
    filterset_class = ApplicationFilterSet
    search_fields = ["learner__name", "reference"]

    def visible_to(self, account):
        """All that were sent to one's own institutions."""
        return PathwayApplication.objects.staffed_by(account)

    def act_urlpatterns(self):
        """The proofs of one."""
        view = self.construct_view
        return [path("proof/<int:pk>/<int:document>/", view(ProofView), name="proof")]
