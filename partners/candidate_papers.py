"""What a learner adds to an application for an order program: schooling and papers, kept privately."""

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils.translation import gettext as _

from courses.models import Enrollment
from courses.states import State
from partners.candidacy import CandidateError
from partners.models import CandidatePaper, CandidateProfile
from partners.papers import read

MOST = 5


def may_add(enrollment):
    """Whether something can still be added or taken away: as long as nothing is decided."""
    return enrollment.state == State.SUBMITTED


def set_schooling(enrollment, *, schooling):
    """Keep the highest school that was finished."""
    _require_open(enrollment)
    return CandidateProfile.objects.update_or_create(enrollment=enrollment, defaults={"schooling": schooling})[0]


def add(enrollment, *, upload, title):
    """Keep a paper to show. ValidationError says what is wrong with the file; CandidateError that there are enough."""
    content, content_type, ending = read(upload)
    with transaction.atomic():
        # Locked, so that several at once are counted one after the other.
        row = Enrollment.objects.select_for_update(of=("self",)).get(pk=enrollment.pk)
        _require_open(row)
        if row.candidate_papers.count() >= MOST:
            raise CandidateError(_("At most %(n)d papers. Remove one first.") % {"n": MOST})
        paper = CandidatePaper(enrollment=row, title=title, content_type=content_type)
        # The name of the file is ours: what people call theirs never becomes a path.
        paper.file.save(f"paper.{ending}", ContentFile(content), save=False)
        paper.save()
    return paper


def remove(paper):
    """Take a paper away again: nobody sees it any more."""
    _require_open(paper.enrollment)
    paper.file.delete(save=False)
    paper.delete()


def _require_open(enrollment):
    if not may_add(enrollment):
        raise CandidateError(_("It was decided already: nothing can be changed any more."))
