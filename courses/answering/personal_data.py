"""What reviews and ratings keep of a person: given away with the export, emptied on erasure.

That a review was asked for and answered stays, without words: the promised days are counted from it.
"""

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts import personal_data
from courses.models import Appeal, AppealFile, Rating, RuleException


def _of(model, account, learner):
    mine = model.objects.filter(enrollment__account=account)
    return mine.filter(enrollment__learner=learner) if learner else mine


def _appeals(account):
    found = _of(Appeal, account, None).select_related("enrollment__intake__program").prefetch_related("files")
    return [
        {
            "class": appeal.enrollment.intake.title,
            "asked": f"{timezone.localtime(appeal.submitted_at):%Y-%m-%d %H:%M}",
            "text": appeal.text,
            "files": "; ".join(file.name for file in appeal.files.all()),
            "state": str(appeal.get_state_display()),
            "answer": appeal.answer,
        }
        for appeal in found
    ]


def _ratings(account):
    found = _of(Rating, account, None).select_related("enrollment__intake__program")
    return [{"class": rating.enrollment.intake.title, "stars": rating.stars, "word": rating.word} for rating in found]


def _erase(account, learner):
    mine = _of(Appeal, account, learner)
    AppealFile.objects.filter(appeal__in=mine.values("pk")).delete()
    mine.filter(state=Appeal.State.OPEN).delete()
    mine.update(text="", answer="")
    _of(Rating, account, learner).update(word="")
    concerned = RuleException.objects.filter(learner__account=account)
    (concerned.filter(learner=learner) if learner else concerned).update(note="", answer="")


def _consequences(account, learner):
    waiting = _of(Appeal, account, learner).filter(state=Appeal.State.OPEN)
    return [_("A review that you asked for and that is not answered yet ends without an answer.")] if waiting else []


def register():
    """Tell "my data" about this part."""
    personal_data.register(
        "appeals",
        title=_("Reviews asked for"),
        labels={
            "class": _("Class"),
            "asked": _("Asked"),
            "text": _("Your words"),
            "files": pgettext_lazy("review", "Documents"),
            "state": _("State"),
            "answer": _("Answer"),
        },
        export=_appeals,
        erase=_erase,
        consequences=_consequences,
        order=55,
    )
    personal_data.register(
        "ratings",
        title=_("Ratings"),
        labels={"class": _("Class"), "stars": _("Rating"), "word": _("In your own words")},
        export=_ratings,
        order=56,
    )
