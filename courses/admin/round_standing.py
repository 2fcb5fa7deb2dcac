"""Where a round of admission stands, for staff: in one word, and what comes next in one sentence."""

from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_filters import ChoiceFilter
from wagtail.admin.filters import WagtailFilterSet

from courses import marks
from courses.describe import moment
from courses.models import AdmissionRound, Draw


def with_drawn(rounds):
    """Each with `drawn`: whether its result is there."""
    return rounds.annotate(drawn=Exists(Draw.objects.filter(round=OuterRef("pk"), drawn_at__isnull=False)))


def life_of(round, drawn, now=None):
    """Where a round stands, in one word."""
    now = now or timezone.now()
    if round.status != AdmissionRound.Status.PUBLISHED:
        return round.get_status_display()
    if now < round.opens_at:
        return _("opens later")
    if now < round.closes_at:
        return _("open")
    return _("result is there") if drawn else _("closed")


def next_step(round, draw, now=None):
    """What comes next in a round, in a sentence; `draw` is the one that counts, or None. Empty: it was cancelled."""
    now, Status = now or timezone.now(), AdmissionRound.Status
    if round.status == Status.CANCELLED:
        return ""
    if round.status == Status.DRAFT:
        return _("Choose its classes and publish it: then it opens by itself at %(at)s.") % {
            "at": moment(round.opens_at)
        }
    if now < round.opens_at:
        return _("It opens by itself at %(at)s.") % {"at": moment(round.opens_at)}
    if now < round.closes_at:
        return _("People apply until %(at)s. After that the list is closed here.") % {"at": moment(round.closes_at)}
    if draw and draw.drawn_at:
        return _after(round, draw)
    lacking = marks.lacking(round) if lacks_list(round, draw) else 0
    if lacking:
        text = _("Applications are closed. %(n)d entries lack a mark: enter the marks, then close the list.")
        return text % {"n": lacking}
    return _("Applications are closed. The result is promised by %(at)s: go on with the draw.") % {
        "at": moment(round.results_at)
    }


def lacks_list(round, draw):
    """Whether it is a ranking whose list of entries is not closed: marks can still be entered."""
    return round.rule == AdmissionRound.Rule.RANKED and (draw is None or not draw.frozen_at)


def _after(round, draw):
    if not draw.is_out():
        return _("The result is there and comes out by itself at %(at)s.") % {"at": moment(round.results_at)}
    if not draw.admitted_at:
        return _("Seats are being offered; the page of the draw shows how far it is.")
    return _("Everybody was told. Whoever has an offer confirms it in time; a seat that comes free goes to the next.")


class RoundFilterSet(WagtailFilterSet):
    """Filters of the list: by what was decided, and by what the home of the admin counts."""

    waits = ChoiceFilter(
        choices=[("draw", gettext_lazy("closed, to be drawn"))],
        method="filter_waits",
        label=gettext_lazy("waits for you"),
    )

    class Meta:
        model = AdmissionRound
        fields = ["status", "rule", "term"]

    def filter_waits(self, rounds, name, value):
        """Those in which staff have to go on."""
        return rounds.to_draw(timezone.now())
