"""Agreements as learners and guardians meet them: on my page, on the page of the enrollment, in its timeline."""

from django.urls import reverse
from django.utils.translation import gettext as _

from courses import beside
from courses.states import State
from courses.timeline import Step
from partners import placements
from partners.agreements import is_party
from partners.models import Agreement, AgreementEvent, OrderProgramPage, Party, Placement
from partners.states import AGREED, AgreementState

Act = AgreementEvent.Act
_TOLD = (Act.MADE, Act.SIGNED, Act.IN_FORCE, Act.VOIDED, Act.WITHDRAWN, Act.TERMINATED, Act.BREACHED)


def parties_for(agreement, account):
    """The parties as which the account has still to sign."""
    if not agreement.is_open:
        return []
    own = (Party.LEARNER, Party.GUARDIAN)
    return [party for party in agreement.missing if party in own and is_party(agreement, party, account)]


def needs(account):
    """What needs the account now: agreements to sign, placements to tell."""
    for one in Agreement.objects.of(account).filter(state=AgreementState.OPEN).with_all():
        if parties_for(one, account):
            names = {"enterprise": one.order.enterprise.name, "name": one.enrollment.learner.name}
            yield beside.Need(
                title=_("Agreement of %(name)s with %(enterprise)s") % names,
                text=_("Read it in peace, then sign it with a code."),
                url=reverse("agreement", args=[one.reference]),
                label=_("Read and sign"),
            )
    for one, point in placements.waiting_for(account):
        names = {"enterprise": one.order.enterprise.name, "name": one.enrollment.learner.name}
        yield beside.Need(
            title=_("Where does %(name)s work now?") % names,
            text=_("%(point)s: after the training with %(enterprise)s, three short questions.")
            % (names | {"point": Placement.Point(point).label}),
            url=reverse("agreement_placement", args=[one.reference, point]),
            label=_("Answer the questions"),
        )


def _agreements(enrollment):
    if enrollment.intake.admission_rule != "review":
        return []
    return list(Agreement.objects.filter(enrollment=enrollment.pk).with_all().order_by("pk"))


def steps(enrollment):
    """What happened to the agreements; while one waits for signatures, whose; before there is one, that it comes."""
    found = _agreements(enrollment)
    for one in found:
        for event in one.history.filter(act__in=_TOLD):
            who = str(Party(event.party).label) if event.party else ""
            title = _("Agreement: %(what)s") % {"what": event.get_act_display()}
            yield Step("done", title, " ".join(filter(None, [who, event.note])), event.at)
        if one.is_open:
            missing = "、".join(str(party.label) for party in one.missing)
            yield Step("now", _("Agreement to be signed"), _("Missing: %(parties)s") % {"parties": missing})
    if _waits_for_one(enrollment, found):
        text = _("The school prepares the agreement of three sides and tells you when you can read and sign it.")
        yield Step("now", _("Your seat is certain, the agreement comes next"), text)


def _waits_for_one(enrollment, found):
    is_done = any(one.state in AGREED or one.is_open for one in found)
    if enrollment.state != State.ENROLLED or enrollment.intake.admission_rule != "review" or is_done:
        return False
    return OrderProgramPage.objects.filter(pk=enrollment.intake.program_id).exists()


def boxes(enrollment):
    """The agreement that stands, with what one can do."""
    for one in _agreements(enrollment):
        if one.state in (AgreementState.VOID, AgreementState.WITHDRAWN):
            continue
        names = {"enterprise": one.order.enterprise.name}
        link = (_("Read and sign") if one.is_open else _("Agreement, pay and work"), reverse("agreement", args=[one]))
        kind = "warn" if one.is_open else "info"
        title = _("Agreement with %(enterprise)s") % names
        yield beside.Box(title, str(one.get_state_display()), (link,), kind)


def register():
    """Tell the room below about this part."""
    beside.register(needs=needs, steps=steps, boxes=boxes)
