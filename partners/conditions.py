"""What binds whoever trains for an order, to be acknowledged one by one before applying (courses/conditions.py)."""

from django.contrib.contenttypes.models import ContentType
from django.utils.translation import gettext as _

from courses.conditions import Condition, register
from partners.answers import Answers
from partners.candidate_view import PERSONAL
from partners.candidates import SHARING
from partners.models import OrderProgramPage, TrainingOrder


@register
def conditions_of_order(intake):
    """The conditions of an order program's intake; no query for programs of other kinds."""
    kind = ContentType.objects.get_for_model(OrderProgramPage, for_concrete_model=False)
    if intake.program.content_type_id != kind.pk:
        return []
    order = TrainingOrder.objects.select_related("enterprise").get(page=intake.program_id)
    return [*conditions_in(Answers.of(order)), _sharing(order)]


def _sharing(order):
    """What the enterprise will see of whoever applies, from the one list of it (candidate_view.py)."""
    shown = _(", ").join(str(words) for words in PERSONAL.values())
    text = _(
        "The school may show %(enterprise)s your application: %(shown)s. Never an identity number or an address. The "
        "enterprise uses it for its choice only, and no longer sees it some time after a refusal or after the training."
    )
    return Condition(
        SHARING, _("What the enterprise sees of me"), text % {"enterprise": order.enterprise, "shown": shown}
    )


def conditions_in(answers):
    """Those that the answers of an order hold: pay first, then what binds; what is left out binds to nothing."""
    said = [
        ("pay_training", _("Pay during the training"), _monthly(answers, "pay_training")),
        ("pay_after", _("Pay afterwards"), _monthly(answers, "pay_after")),
        ("service", _("How long you stay"), _service(answers)),
        ("breach", _("If you leave earlier"), answers.words("breach")),
        ("confidentiality", _("What you keep secret"), answers.words("confidentiality")),
    ]
    return [Condition(key, title, text) for key, title, text in said if text]


def _monthly(answers, name):
    pay = answers.valid.get(name)
    return _("¥%(pay)s a month") % {"pay": pay} if pay else ""


def _service(answers):
    months = answers.valid.get("service_months")
    if not months:
        return ""
    return _("You stay with the enterprise for at least %(n)d months after the training.") % {"n": months}
