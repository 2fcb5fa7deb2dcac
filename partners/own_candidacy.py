"""An application for an order program as its learner sees it, and what that adds to pages below (courses.beside)."""

from functools import cached_property

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from courses import beside
from courses.describe import moment
from courses.models import Enrollment
from courses.states import State
from courses.timeline import Step
from partners import candidate_papers, interviews
from partners.candidate_view import PERSONAL
from partners.models import Candidate, CandidateEvent, Interview, InterviewSlot, OrderProgramPage

Act = CandidateEvent.Act
# What the timeline tells besides the engine's own moves; decisions are moves.
_TOLD = (Act.SHARED, Act.TAKEN_BACK, Act.BOOKED, Act.CALLED_OFF, Act.SLOT_OFF, Act.HELD, Act.NO_SHOW)


class Own:
    """One enrollment of the account in an order program, with its order, share and interview."""

    def __init__(self, enrollment):
        self.enrollment = enrollment
        self.intake, self.learner = enrollment.intake, enrollment.learner
        self.order = enrollment.intake.program.orderprogrampage.order
        self.enterprise = self.order.enterprise
        self.candidate = getattr(enrollment, "candidate", None)

    @cached_property
    def is_shared(self):
        """Whether the share stands: the enterprise sees it, unless it is suspended."""
        return self.candidate is not None and Candidate.objects.filter(pk=self.candidate.pk).shared().exists()

    @property
    def may_book(self):
        """Whether a time can be booked: shared, not yet met, not decided, and the enterprise is not suspended."""
        waits = self.is_shared and self.candidate.is_open and not self.enterprise.is_suspended
        return waits and not interviews.was_met(self.candidate)

    @property
    def may_add(self):
        """Whether schooling and papers can still be changed."""
        return candidate_papers.may_add(self.enrollment)

    @cached_property
    def booked(self):
        """The interview that is booked, or None."""
        if self.candidate is None:
            return None
        found = self.candidate.interviews.filter(state=Interview.State.BOOKED)
        return found.select_related("slot__order__enterprise", "candidate__enrollment").first()

    @cached_property
    def last_interview(self):
        """The newest one, whatever became of it: its calendar file says so."""
        if self.candidate is None:
            return None
        found = self.candidate.interviews.select_related("slot__order__enterprise", "candidate__enrollment")
        return found.order_by("-pk").first()

    @property
    def may_change(self):
        """Whether the booked one can still be changed or cancelled."""
        return self.booked is not None and interviews.may_change(self.booked)

    @cached_property
    def days(self):
        """Times to choose from, by day: (day, slots)."""
        if not self.may_book or (self.booked and not self.may_change):
            return []
        days = {}
        for slot in self.order.slots.bookable():
            if self.booked is None or slot.pk != self.booked.slot_id:
                days.setdefault(timezone.localdate(slot.starts_at), []).append(slot)
        return list(days.items())

    @cached_property
    def rows(self):
        """What the enterprise can see, in the order and words of PERSONAL: (what, the words, or why it is empty)."""
        profile = getattr(self.enrollment, "candidate_profile", None)
        review = getattr(self.enrollment, "review", None)
        papers = _(", ").join(str(one) for one in self.enrollment.candidate_papers.all())
        words = {
            "name": self.learner.name,
            "schooling": str(profile.get_schooling_display()) if profile and profile.schooling else "",
            "text": review.text if review else "",
            "papers": papers,
            "phone": "",
        }
        return [(label, words[name] or _("nothing") if name != "phone" else "") for name, label in PERSONAL.items()]


def needs(account):
    """Candidates who can choose a time: what needs the account now."""
    waiting = Candidate.objects.filter(
        enrollment__account=account,
        enrollment__state=State.SUBMITTED,
        taken_back_at=None,
        ended_at=None,
        decision="",
        order__slots__in=InterviewSlot.objects.bookable(),
    ).distinct()
    waiting = waiting.open_to_enterprise().with_interview().filter(is_booked=False, was_met=False)
    for one in waiting.select_related("enrollment__learner", "order__enterprise"):
        names = {"enterprise": one.order.enterprise.name, "name": one.enrollment.learner.name}
        yield beside.Need(
            title=_("%(enterprise)s would like to talk with %(name)s") % names,
            text=_("Choose a time for the interview."),
            url=reverse("interview", args=[one.enrollment.reference]),
            label=_("Choose a time"),
        )


def steps(enrollment):
    """What happened besides the moves; while it waits, where it stands. One query for what is no order program."""
    if enrollment.intake.admission_rule != "review":
        return
    candidate = Candidate.objects.filter(enrollment=enrollment.pk).select_related("order__enterprise").first()
    if candidate is None:
        return
    enterprise = candidate.order.enterprise.name
    for event in candidate.history.filter(act__in=_TOLD):
        text = " ".join(filter(None, [enterprise if event.act == Act.SHARED else "", event.note]))
        yield Step("done", str(event.get_act_display()), text, event.at)
    if enrollment.state == State.SUBMITTED and candidate.is_open:
        yield _standing(candidate, enterprise)


def _standing(candidate, enterprise):
    last = candidate.interviews.select_related("slot").order_by("-pk").first()
    if last and last.state == Interview.State.BOOKED and not last.slot.is_over:
        return Step("now", _("Your interview"), f"{enterprise} · {last.slot.where}", last.slot.starts_at)
    if last and (last.state == Interview.State.HELD or last.state == Interview.State.BOOKED):
        return Step("now", _("%(enterprise)s decides") % {"enterprise": enterprise}, _("You get a message."))
    text = _("You get a message when there are times to choose from.")
    if candidate.order.slots.bookable().exists():
        text = _("There are times to choose from.")
    return Step("now", _("%(enterprise)s would like to talk with you") % {"enterprise": enterprise}, text)


def boxes(enrollment):
    """On the page of an application: the interview, or what can be added for the enterprise."""
    if enrollment.intake.admission_rule != "review":
        return
    page = OrderProgramPage.objects.filter(pk=enrollment.intake.program_id).select_related("order__enterprise").first()
    if page is None:
        return
    own_row = Enrollment.objects.filter(pk=enrollment.pk).select_related(
        "intake__program__orderprogrampage__order__enterprise", "learner", "candidate"
    )
    own = Own(own_row.get())
    names = {"enterprise": own.enterprise.name}
    address = reverse("interview", args=[enrollment.reference])
    about = (_("Add schooling and papers"), reverse("interview_about", args=[enrollment.reference]))
    if own.booked is not None:
        calendar = (_("Interview in my calendar"), reverse("interview_calendar", args=[enrollment.reference]))
        text = f"{moment(own.booked.slot.starts_at, end=own.booked.slot.ends_at)}\n{own.booked.slot.where}"
        links = ((_("Change or cancel it"), address), calendar)
        yield beside.Box(_("Interview with %(enterprise)s") % names, text, links)
    elif own.may_book:
        title = _("%(enterprise)s can see your application") % names
        choose = ((_("Choose a time for the interview"), address),) if own.days else ((_("What it sees"), address),)
        text = "" if own.days else _("You get a message when there are times to choose from.")
        yield beside.Box(title, text, (*choose, about), "warn" if own.days else "info")
    elif own.may_add:
        title = _("What %(enterprise)s may see of your application") % names
        text = _("Schooling and certificates help the school to recommend you. You decide what you add.")
        yield beside.Box(title, text, (about, (_("What it would see"), address)))
    elif own.is_shared:
        yield beside.Box(_("Shared with %(enterprise)s") % names, "", ((_("What it sees"), address),))


def register():
    """Tell the room below about this part."""
    beside.register(needs=needs, steps=steps, boxes=boxes)
