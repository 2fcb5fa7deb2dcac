"""What staff do with enrollments, one or many at a time: asked once with the consequences, then done one by one.

Each enrollment is its own transaction: whoever is refused is named with the reason, and the others are done. More than
bulk.MANY are left to a worker, with progress.
"""

import secrets
from dataclasses import dataclass

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.generic import View
from django.views.generic.edit import FormView
from wagtail.admin import messages
from wagtail.admin.utils import get_valid_next_url_from_request
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.views.generic.permissions import PermissionCheckedMixin

from accounts.keys import keys_in
from courses import bulk
from courses import enrollment as process
from courses.admin.review_acts import review_acts
from courses.intake_choice import IntakeChoice, open_intakes
from courses.models import Enrollment, EnrollmentNote, Intake
from courses.progression.accepting import StatedAtTheDesk, asks_guardian
from courses.states import LIVE, STAFF_REASONS, WAIVER_REASONS, State

AT_ONCE = 2000


class PlainForm(forms.Form):
    """Nothing to choose."""

    def __init__(self, *args, by, **kwargs):
        super().__init__(*args, **kwargs)


class CancelForm(PlainForm):
    """Why an enrollment is cancelled; the learner reads it."""

    reason = forms.ChoiceField(label=_("reason"), choices=[(reason.value, reason.label) for reason in STAFF_REASONS])
    note = forms.CharField(
        label=_("a sentence to the learner"),
        max_length=200,
        required=False,
        help_text=_("The learner reads reason and sentence, and where to object. Say what happened and when."),
    )


class WaiveForm(PlainForm):
    """Why a fee is waived."""

    reason = forms.ChoiceField(label=_("reason"), choices=[(reason.value, reason.label) for reason in WAIVER_REASONS])
    note = forms.CharField(label=_("note"), max_length=200, required=False, help_text=_("Stands in the history."))


class MoveForm(PlainForm):
    """Where to."""

    to = IntakeChoice(label=_("class"), help_text=_("Type a part of the title or the code."))
    note = forms.CharField(label=_("note"), max_length=200, required=False, help_text=_("Stands in the history."))

    def __init__(self, *args, by, **kwargs):
        super().__init__(*args, by=by, **kwargs)
        self.fields["to"].offer(open_intakes(by))


@dataclass(frozen=True)
class Act:
    """Something that can be done: from which states, in which words, and how."""

    name: str
    label: str
    icon: str
    states: tuple
    consequence: str
    do: callable
    form: type = PlainForm
    serious: bool = False
    is_review: bool = False
    is_about_fee: bool = False
    takes_place: bool = False

    def fits(self, enrollment):
        """Whether it makes sense for this enrollment now."""
        by_people = enrollment.intake.admission_rule == Intake.AdmissionRule.REVIEW
        fits = (by_people or not self.is_review) and (enrollment.due or not self.is_about_fee)
        return bool(enrollment.state in self.states and fits)


ACTS = {
    act.name: act
    for act in (
        Act(
            "confirm",
            _("Confirm the offer"),
            "check",
            (State.OFFERED,),
            _("The seat is theirs at once, as if they had confirmed it themselves; they are told."),
            bulk.ACTS["confirm"],
            takes_place=True,
        ),
        Act(
            "move",
            _("Move to another class"),
            "arrow-right",
            LIVE,
            _("They get a seat in the other class under its rules, and leave this one; they are told in one message."),
            bulk.ACTS["move"],
            MoveForm,
        ),
        Act(
            "waive",
            _("Waive the fee"),
            "tag",
            (State.OFFERED,),
            _("The seat is theirs at once without paying. Reason and note stand in the history; they read them."),
            bulk.ACTS["waive"],
            WaiveForm,
            is_about_fee=True,
            takes_place=True,
        ),
        Act(
            "complete",
            _("Mark as completed"),
            "tick",
            (State.ENROLLED,),
            _("It is recorded that they finished the class, and they are told. This cannot be undone."),
            bulk.ACTS["complete"],
        ),
        Act(
            "cancel",
            _("Cancel the enrollment"),
            "cross",
            LIVE,
            _(
                "They lose seat or place, and are told the reason at once. A seat goes to the next in the waitlist. "
                "What was paid goes back: in full, or by the refund rules when they asked for it or were absent."
            ),
            bulk.ACTS["cancel"],
            CancelForm,
            serious=True,
        ),
    )
}


# Where people decide; before the others, for that is what the queue is for.
ACTS = {act.name: act for act in review_acts(Act, PlainForm)} | ACTS


def acts_for(enrollments):
    """The acts that are possible for at least one of these."""
    return [act for act in ACTS.values() if any(act.fits(enrollment) for enrollment in enrollments)]


class ActView(PermissionCheckedMixin, WagtailAdminTemplateMixin, FormView):
    """Ask once, then act. Which ones: ?id=1&id=2, or the boxes ticked in a roster (POST, because they may be many)."""

    permission_required = "change"
    permission_policy = None
    template_name = "courses/admin/enrollment_act.html"
    header_icon = "list-ul"
    http_method_names = ["get", "post"]

    def setup(self, request, *args, **kwargs):
        """Know the act."""
        super().setup(request, *args, **kwargs)
        self.act = ACTS.get(kwargs["act"])
        self.next_url = get_valid_next_url_from_request(request) or reverse("enrollment:index")

    def dispatch(self, request, *args, **kwargs):
        """What is not one's own does not exist."""
        if self.act is None:
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    @cached_property
    def chosen(self):
        """The enrollments that are named; 404 when one of them is not one's own."""
        keys = keys_in(self._named())
        related = "learner", "intake__program"
        mine = Enrollment.objects.staffed_by(self.request.user).select_related(*related).defer("terms")
        rows = list(mine.filter(pk__in=list(keys)[:AT_ONCE]).order_by("pk"))
        if len(rows) < min(len(keys), AT_ONCE):
            raise Http404
        return rows

    def asks_guardian(self, enrollment):
        """Whether the act accepts a place that the guardian has to accept."""
        return self.act.takes_place and asks_guardian(enrollment)

    @cached_property
    def able(self):
        """Those with whom it can be done; a place that a guardian has to accept only one at a time, at the desk."""
        fit = [row for row in self.chosen if self.act.fits(row)]
        return fit if len(self.chosen) == 1 else [row for row in fit if not self.asks_guardian(row)]

    def get_form(self, form_class=None):
        """With the guardian's statement where it is needed."""
        form = super().get_form(form_class)
        for row in self.able:
            if self.asks_guardian(row):
                form.fields |= StatedAtTheDesk().fields
                form.fields["guardian"].initial = row.learner.guardian_name
        return form

    def _named(self):
        return self.request.POST.getlist("id") or self.request.GET.getlist("id")

    def get_page_title(self):
        """The act."""
        return self.act.label

    def get_breadcrumbs_items(self):
        """Where one came from, this question."""
        back = {"url": reverse("enrollment:index"), "label": gettext("Enrollments")}
        return [*self.breadcrumbs_items, back, {"url": "", "label": self.act.label}]

    def get_form_class(self):
        """That of the act."""
        return self.act.form

    def get_form_kwargs(self):
        """Bound only when it was shown before: the boxes of a roster are no answer."""
        kwargs = super().get_form_kwargs() | {"by": self.request.user}
        if "asked" not in self.request.POST:
            kwargs.pop("data", None)
            kwargs.pop("files", None)
        return kwargs

    def post(self, request, *args, **kwargs):
        """Ask, or act."""
        if not self._named():
            messages.warning(request, gettext("Nobody was ticked."))
            return redirect(self.next_url)
        return super().post(request, *args, **kwargs) if "asked" in request.POST else self.get(request)

    def form_valid(self, form):
        """One by one, each in its own transaction; many of them by a worker."""
        able = [row.pk for row in self.able]
        if len(able) > bulk.MANY:
            return redirect("bulk_work", self._leave_to_a_worker(able, form.cleaned_data).pk)
        done, refused = 0, []
        for enrollment in self.able:
            try:
                self.act.do(enrollment, self.request.user, form.cleaned_data)
                done += 1
            except process.EnrollmentError as error:
                refused.append(f"{enrollment.learner.name}：{' '.join(error.messages)}")
        self._report(done, refused)
        return redirect(self.next_url)

    def _leave_to_a_worker(self, keys, data):
        plain = {name: getattr(value, "pk", value) for name, value in data.items()}
        messages.success(self.request, gettext("It is being done. You may leave this page."))
        return bulk.start(
            kind=self.act.name,
            title=f"{self.act.label} · {len(keys)}",
            keys=keys,
            data=plain | {"states": list(self.act.states)},
            by=self.request.user,
            back=self.next_url,
            form_key=self.request.POST.get("form_key", "")[:32] or secrets.token_hex(16),
        )

    def _report(self, done, refused):
        if done:
            text = ngettext("Done for %(n)d person.", "Done for %(n)d people.", done) % {"n": done}
            messages.success(self.request, f"{self.act.label}：{text}")
        for text in refused[:10]:
            messages.error(self.request, text)
        if len(refused) > 10:
            messages.error(self.request, gettext("%(n)d more were refused.") % {"n": len(refused) - 10})

    def get_context_data(self, **kwargs):
        """Whom it concerns, and whom it cannot."""
        unable = [row for row in self.chosen if row not in self.able]
        return super().get_context_data(
            **kwargs,
            act=self.act,
            able=self.able,
            unable=[row for row in unable if not self.asks_guardian(row)],
            for_guardians=[row for row in unable if self.asks_guardian(row)],
            next_url=self.next_url,
            form_key=self.request.POST.get("form_key") or secrets.token_hex(16),
            at_once=AT_ONCE if len(self._named()) > AT_ONCE else None,
        )


class NoteView(PermissionCheckedMixin, View):
    """Write a note for colleagues."""

    permission_required = "change"
    permission_policy = None
    http_method_names = ["post"]

    def post(self, request, pk):
        """Keep it; an empty one is no note."""
        text = " ".join(request.POST.get("text", "").split())[:400]
        if not request.user.has_perm("courses.change_enrollment"):
            raise PermissionDenied
        if text:
            EnrollmentNote.objects.create(enrollment_id=pk, by=request.user, text=text)
            messages.success(request, gettext("The note is kept. The learner does not see it."))
        return redirect("enrollment:inspect", pk)
