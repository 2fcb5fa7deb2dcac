"""What agreements keep of a person: shown and exported; kept by law when the rest is erased, and people are told so."""

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import personal_data
from partners import placements
from partners.models import Agreement, PayReport, Placement, Signature, SignCode
from partners.states import STANDING


def export(account):
    """One record for each agreement of the account's learners, and for each signature for somebody else."""
    mine = (
        Agreement.objects.filter(enrollment__account=account).with_all().prefetch_related("pay_reports", "placements")
    )
    records = [_record(one) for one in mine.order_by("pk")]
    others = Signature.objects.filter(account=account).exclude(agreement__enrollment__account=account)
    for one in others.select_related("agreement__document", "agreement__order__enterprise").order_by("pk"):
        records.append(
            {
                "agreement": one.agreement.reference,
                "enterprise": one.agreement.order.enterprise.name,
                "signed": f"{one.get_party_display()} {one.name} {_moment(one.at)}",
            }
        )
    return records


def _record(agreement):
    signed = [f"{one.get_party_display()} {one.name} {_moment(one.at)}" for one in agreement.signatures.all()]
    pay = [f"{one.month:%Y-%m} ¥{one.amount} {one.not_so}".strip() for one in agreement.pay_reports.all()]
    work = [
        f"{one.get_point_display()} · {one.get_side_display()}：{placements.words_of(one)} {one.note}".strip()
        for one in agreement.placements.all()
    ]
    return {
        "agreement": agreement.reference,
        "learner": agreement.enrollment.learner.name,
        "enterprise": agreement.order.enterprise.name,
        "state": str(agreement.get_state_display()),
        "guardian": agreement.guardian_name,
        "text": agreement.document.body,
        "signed": "；".join(signed),
        "pay": "；".join(pay),
        "work": "；".join(work),
    }


def _moment(at):
    return f"{timezone.localtime(at):%Y-%m-%d %H:%M}"


def _of(account, learner):
    rows = Agreement.objects.filter(enrollment__account=account)
    return rows if learner is None else rows.filter(enrollment__learner=learner)


def obstacles(account, learner):
    """An agreement that stands has to be ended first: others count on it."""
    return [
        _("The agreement %(agreement)s with %(enterprise)s still stands. End it first.")
        % {"agreement": one.reference, "enterprise": one.order.enterprise.name}
        for one in _of(account, learner).filter(state__in=STANDING).with_all()
    ]


def consequences(account, learner):
    """What stays."""
    if not _of(account, learner).exists():
        return []
    return [
        _(
            "Agreements that were made, with the names in them, signatures and reported pay, are kept as the law on "
            "labor and placements asks. What you wrote about pay and work in your own words is erased."
        )
    ]


def erase(account, learner):
    """Erase what was said in the learner's own words; the agreements stay."""
    rows = _of(account, learner)
    PayReport.objects.filter(agreement__in=rows).exclude(not_so="").update(not_so="—")
    Placement.objects.filter(agreement__in=rows, side=Placement.Side.LEARNER).update(note="")
    if learner is None:
        SignCode.objects.filter(account=account).delete()


def register():
    """Tell the room below about this part."""
    personal_data.register(
        "agreements",
        title=gettext_lazy("Agreements, pay and work"),
        labels={
            "agreement": gettext_lazy("Agreement"),
            "learner": gettext_lazy("Learner"),
            "enterprise": gettext_lazy("Enterprise"),
            "state": gettext_lazy("State"),
            "guardian": gettext_lazy("Guardian"),
            "text": gettext_lazy("The whole text"),
            "signed": gettext_lazy("Signed"),
            "pay": gettext_lazy("Pay"),
            "work": gettext_lazy("Where the learner works"),
        },
        export=export,
        obstacles=obstacles,
        consequences=consequences,
        erase=erase,
    )
