"""What is done with a cohort in the admin: it steps on, the college decides, one learner leaves."""

from django import forms
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext
from django.views.generic import TemplateView
from wagtail.admin.views.generic.base import BaseObjectMixin, WagtailAdminTemplateMixin

from courses.admin.cohort_forms import AgainForm, DecideForm, LeaveForm
from courses.admin.intake_acts import ActView
from courses.models import Cohort
from courses.moves import EnrollmentError
from courses.progression import deciding, rolling, steps
from courses.progression.assessing import standing_of
from courses.progression.retention import counts_of
from courses.progression.stages import DECIDED, NEXT, OF_THE_SCHOOL, ON_THE_WAY, Stage


class OfCohort:
    """About one cohort that the account's school (`school`) or college (`college`) has to do with; else 404.

    With both false either will do. The viewset has seen to it that the cohort is visible at all.
    """

    model = Cohort
    permission = "courses.change_cohort"
    school = college = False

    def dispatch(self, request, *args, **kwargs):
        """For those whose part it is."""
        mine = Cohort.objects.filter(pk=kwargs["pk"])
        collects, decides = (query(request.user).exists() for query in (mine.collected_by, mine.decided_by))
        if (self.school and not collects) or (self.college and not decides):
            raise Http404
        if not request.user.has_perm(self.permission):
            raise Http404
        self.collects, self.decides = collects, decides
        return super().dispatch(request, *args, **kwargs)

    def get_breadcrumbs_items(self):
        """List, cohort, this."""
        return [
            *self.breadcrumbs_items,
            {"url": reverse("cohort:index"), "label": gettext_lazy("Cohorts")},
            {"url": self.back_url, "label": str(self.object)},
            {"url": "", "label": self.page_title},
        ]

    @property
    def back_url(self):
        """The cohort."""
        return reverse("cohort:inspect", args=[self.object.pk])


class _PeopleForm(forms.Form):
    """Some of the cohort, ticked."""

    people = forms.MultipleChoiceField(
        label=gettext_lazy("learners"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("Tick at least one learner.")},
    )


class _People(OfCohort, ActView):
    """An act on ticked people of a cohort."""

    form_class = _PeopleForm
    refusals = (EnrollmentError,)

    def get_form(self, form_class=None):
        """All ticked at first."""
        form = super().get_form(form_class)
        people = self.people()
        form.fields["people"].choices = [(str(key), name) for key, name in people]
        form.fields["people"].initial = [str(key) for key, _name in people]
        return form

    def chosen(self, form):
        """The keys that are ticked."""
        return {int(key) for key in form.cleaned_data["people"]}


class RollView(_People):
    """The cohort steps on: who is there, who stays behind, and one last question."""

    template_name = "courses/admin/cohorts/roll.html"
    header_icon = "arrow-right"
    confirm_button = gettext_lazy("Yes, record it")

    @cached_property
    def source(self):
        """From where."""
        counts = counts_of(self.object)
        mine = [roll.source for roll in rolling.rolls(self.object, counts) if self._may(roll.source)]
        source = self.request.GET.get("source") or next(iter(mine), "")
        if source not in NEXT or not self._may(source):
            raise Http404
        return Stage(source)

    def _may(self, source):
        return self.collects if source in OF_THE_SCHOOL else self.decides

    @property
    def page_title(self):
        """The step, in words."""
        return rolling.LABELS[self.source]

    def people(self):
        """Those who stand there."""
        rows = self.object.students.filter(stage=self.source).select_related("enrollment__learner")
        return [(row.pk, row.enrollment.learner.name) for row in rows.order_by("enrollment__learner__name", "pk")]

    def warnings(self, form):
        """What must be done first."""
        return [reason] if (reason := rolling.obstacle(self.object, self.source)) else []

    def consequences(self, form):
        """Counted."""
        count, there = len(self.chosen(form)), len(self.people())
        words = {"n": count, "stage": NEXT[self.source].label}
        said = [
            ngettext("%(n)d learner: %(stage)s.", "%(n)d learners: %(stage)s.", count) % words,
        ]
        if count < there:
            text = ngettext("%(n)d learner stays behind.", "%(n)d learners stay behind.", there - count)
            said.append(text % {"n": there - count})
        if NEXT[self.source] == Stage.ELIGIBLE:
            said.append(_("Each family is told that progression has begun, what is asked and until when."))
        if NEXT[self.source] == Stage.GRADUATED:
            said.append(_("Their enrollments are completed. This cannot be undone."))
        return said

    def carry_out(self, form):
        """In one act."""
        count = rolling.roll(self.object, self.source, self.chosen(form), by=self.request.user)
        return ngettext("%(n)d learner: %(stage)s.", "%(n)d learners: %(stage)s.", count) % {
            "n": count,
            "stage": NEXT[self.source].label,
        }

    def get_context_data(self, **kwargs):
        """Those who stand elsewhere."""
        return super().get_context_data(**kwargs) | {
            "exceptions": rolling.exceptions(self.object, self.source),
            "obstacle": rolling.obstacle(self.object, self.source),
        }


class DecisionsView(_People):
    """Everyone on whom the college decides, with figures and what they propose; decided all at once."""

    college = True
    template_name = "courses/admin/cohorts/decisions.html"
    page_title = gettext_lazy("Decide on progression")
    header_icon = "check"
    confirm_button = gettext_lazy("Decide and tell the families")

    @cached_property
    def standings(self):
        """Those who are open, by name."""
        found = deciding.open_to(self.object)
        for one in found:
            one.may_decide = deciding.may_decide(one)
        return found

    def people(self):
        """Those of whom the criteria say something that can be decided now."""
        return [(one.student.pk, one.student.enrollment.learner.name) for one in self.standings if one.may_decide]

    def consequences(self, form):
        """How many get which result; who fails is named, with the reason."""
        chosen = self.chosen(form)
        found = [one for one in self.standings if one.student.pk in chosen]
        results = [one.proposal[0] for one in found]
        said = [f"{stage.label}：{results.count(stage)}" for stage in DECIDED if results.count(stage)]
        said += [f"{one.student}：{one.proposal[1].label}" for one in found if one.proposal[0] == Stage.FAILED]
        return [*said, _("Each family is told its result, with the reason and the figures.")]

    def carry_out(self, form):
        """As the criteria propose; who could not be decided on is named."""
        decided = deciding.decide_all(self.object, self.chosen(form), by=self.request.user)
        said = [f"{stage.label}：{count}" for stage, count in decided.counts.items() if count]
        said += [f"{name}：{why}" for name, why in decided.refused]
        return "；".join(str(one) for one in said) or _("Nothing was left to decide.")

    def get_context_data(self, **kwargs):
        """The list."""
        return super().get_context_data(**kwargs) | {"standings": self.standings}


class _OfStudent(OfCohort):
    """About one learner of the cohort."""

    @cached_property
    def student(self):
        """The learner, of this cohort."""
        related = "enrollment__intake__program__institution", "enrollment__learner", "enrollment__account"
        rows = self.object.students.select_related(*related, "cohort__pathway")
        return get_object_or_404(rows, pk=self.kwargs["student"])

    def get_page_subtitle(self):
        """Who."""
        return str(self.student)


class StudentView(_OfStudent, BaseObjectMixin, WagtailAdminTemplateMixin, TemplateView):
    """One learner on the way: checklist with who wrote what when, history, and what can be done."""

    permission = "courses.view_cohort"
    template_name = "courses/admin/cohorts/student.html"
    page_title = gettext_lazy("On the way")
    header_icon = "user"

    def acts(self):
        """(label, address, icon)."""
        stage, keys = self.student.stage, [self.object.pk, self.student.pk]
        changing = self.request.user.has_perm("courses.change_cohort")
        leaving = self.collects if stage in (*OF_THE_SCHOOL, Stage.ELIGIBLE, Stage.FAILED) else self.decides
        acts = [
            (self.decides and stage == Stage.ELIGIBLE, pgettext("progression", "Decide"), "cohort:decide", "check"),
            (self.decides and stage in DECIDED, _("Look at the decision again"), "cohort:again", "undo"),
            ((leaving or self.decides) and stage in ON_THE_WAY, _("Leaves the pathway"), "cohort:leave", "cross"),
        ]
        return [(label, reverse(name, args=keys), icon) for may, label, name, icon in acts if may and changing]

    def get_context_data(self, **kwargs):
        """All that is known."""
        standing = standing_of(self.student)
        return super().get_context_data(**kwargs) | {
            "student": self.student,
            "standing": standing,
            "items": [(one, standing.words(one), standing.said.get(one.key)) for one in standing.asked],
            "history": self.student.history.select_related("by"),
            "tellings": self.student.tellings.all(),
            "acts": self.acts(),
        }


class _StudentAct(_OfStudent, ActView):
    """An act on one learner."""

    refusals = (EnrollmentError,)

    @property
    def back_url(self):
        """The learner."""
        return reverse("cohort:student", args=[self.object.pk, self.student.pk])


class DecideView(_StudentAct):
    """The college decides on one learner, with the figures beside."""

    college = True
    form_class = DecideForm
    two_steps = False
    template_name = "courses/admin/cohorts/decide.html"
    page_title = gettext_lazy("Decide on progression")
    header_icon = "check"
    confirm_button = gettext_lazy("Decide and tell the family")

    @cached_property
    def standing(self):
        """What is there."""
        return standing_of(self.student)

    def get_initial(self):
        """As proposed."""
        result, reason = self.standing.proposal
        return {"result": result, "reason": reason if result == Stage.FAILED else ""}

    def carry_out(self, form):
        """Decide."""
        given = form.cleaned_data
        deciding.decide(self.student, given["result"], by=self.request.user, reason=given["reason"], note=given["note"])
        return _("Decided: %(result)s. The family is told.") % {"result": Stage(given["result"]).label}

    def get_context_data(self, **kwargs):
        """With the figures."""
        result, reason = self.standing.proposal
        return super().get_context_data(**kwargs) | {
            "standing": self.standing,
            "proposed": Stage(result).label if result else None,
            "why": reason and reason.label,
        }


class AgainView(_StudentAct):
    """Take a decision back, with a reason."""

    college = True
    form_class = AgainForm
    two_steps = False
    page_title = gettext_lazy("Look at the decision again")
    header_icon = "undo"
    confirm_button = gettext_lazy("Take the decision back and tell the family")

    def consequences(self, form):
        """What follows."""
        return [_("Progression is under way for this learner again, and the family reads why.")]

    def carry_out(self, form):
        """Back to progression."""
        deciding.look_again(self.student, by=self.request.user, note=form.cleaned_data["note"])
        return _("The decision is open again.")


class LeaveView(_StudentAct):
    """A learner leaves the pathway, for good."""

    form_class = LeaveForm
    two_steps = False
    serious = True
    page_title = gettext_lazy("Leaves the pathway")
    header_icon = "cross"
    confirm_button = gettext_lazy("Record that the learner leaves")

    def get_form_kwargs(self):
        """Whoever did not pass has other reasons."""
        return super().get_form_kwargs() | {"stage": self.student.stage}

    def consequences(self, form):
        """Said before."""
        return [
            _("Leaving is final: nobody comes back to this pathway or joins it later."),
            _("The enrollment ends, and the family reads the reason."),
        ]

    def carry_out(self, form):
        """For good."""
        given = form.cleaned_data
        steps.leave(self.student, by=self.request.user, reason=given["reason"], note=given["note"])
        return _("Recorded. The family is told.")
