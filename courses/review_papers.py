"""Papers that an applicant shows while people decide: let in by courses/uploads.py, kept encrypted, given to few.

Offered for courses only: order programs have papers of their own, which an enterprise may read too.
"""

from django.core.exceptions import ObjectDoesNotExist
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.encryption import encrypt_bytes
from courses import beside, moves, uploads
from courses.models import Intake, ReviewPaper
from courses.moves import MoveRefused
from courses.states import State

MOST = 5  # papers of one enrollment


def are_asked(enrollment):
    """Whether people decide about this enrollment in a course, so that papers may matter."""
    if enrollment.intake.admission_rule != Intake.AdmissionRule.REVIEW:
        return False
    try:
        return bool(enrollment.intake.program.communitycoursepage)
    except ObjectDoesNotExist:
        return False


def may_change(enrollment):
    """Whether papers can still be added or taken away: as long as nothing is decided."""
    return enrollment.state == State.SUBMITTED and are_asked(enrollment)


def add(enrollment, *, upload, title):
    """Keep a paper. ValidationError says what is wrong with the file; MoveRefused that it is too late, or too many."""
    file = uploads.look(upload)
    with moves.changing(enrollment) as fresh:
        _require_open(fresh)
        if fresh.review_papers.count() >= MOST:
            raise MoveRefused(_("At most %(n)d papers. Remove one first.") % {"n": MOST})
        size, content = len(file.content), encrypt_bytes(file.content)
        return ReviewPaper.objects.create(
            enrollment=fresh, title=title, content_type=file.kind, size=size, content=content
        )


def remove(paper):
    """Take a paper away again: nobody sees it any more. MoveRefused when it was decided meanwhile."""
    with moves.changing(paper.enrollment) as fresh:
        _require_open(fresh)
        ReviewPaper.objects.filter(pk=paper.pk).delete()


def _require_open(enrollment):
    if not may_change(enrollment):
        raise MoveRefused(_("It was decided already: nothing can be changed any more."))


def boxes(enrollment):
    """The way to the papers, on the page of an enrollment that people decide about."""
    if not are_asked(enrollment):
        return []
    count, is_open = enrollment.review_papers.count(), may_change(enrollment)
    if not (count or is_open):
        return []
    text = ngettext("The school has %(n)d paper of you.", "The school has %(n)d papers of you.", count) % {"n": count}
    if is_open:
        text += " " + _("You may add papers that help the school to decide, until it has decided. You need not.")
    label = _("Add or remove papers") if is_open else _("See the papers")
    links = ((label, reverse("review_papers", args=[enrollment.reference])),)
    return [beside.Box(title=_("Papers for the decision"), text=text, links=links)]


def register():
    """Let the page of an enrollment show it."""
    beside.register(boxes=boxes)
