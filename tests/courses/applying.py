"""One line makes what a story about applications needs: a round of pathways, an application in any state."""

import io

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from accounts import consent
from accounts.models import Consent
from courses.applying import applications, verifying
from courses.models import ApplicationRules, Intake
from tests import factories

SUBJECTS = ["语文", "数学"]


def pathway_round(*, pathways=3, rules=None, **fields):
    """An open ranked round over so many pathways of schools of their own; `list_of_intakes` has them in order."""
    fields = {"rule": "ranked", "rank_by": ["语文+数学", "语文"]} | fields
    made = factories.admission_round(seats=(), **fields)
    window = {"admission_rule": "ranked", "opens_at": made.opens_at, "closes_at": made.closes_at}
    made.list_of_intakes = [
        factories.intake(program=factories.pathway(), round=made, term=made.term, meetings=1, **window)
        for _number in range(pathways)
    ]
    if rules is not None:
        ApplicationRules.objects.create(round=made, **rules)
    return made


def interest_intake(*, rules=None, **fields):
    """An open intake of a pathway where interest is registered."""
    fields = {"mode": Intake.Mode.INTEREST, "official_channel": "https://zhaokao.example.cn/"} | fields
    made = factories.intake(program=factories.pathway(), meetings=1, **fields)
    if rules is not None:
        ApplicationRules.objects.create(intake=made, **rules)
    return made


def young(**fields):
    """A learner of 15 with all consents, of an account of their own unless told (`of`)."""
    learner = factories.learner(**{"birth_date": "2011-05-01", "relation": "child"} | fields)
    for purpose in (Consent.Purpose.ENROLLMENT, Consent.Purpose.MINOR):
        consent.give(learner.account, purpose, learner=learner)
    learner.refresh_from_db()
    return learner


def answers(round, intakes=None, **other):
    """Valid answers, with these choices (all pathways of the round unless told)."""
    chosen = intakes or round.list_of_intakes
    told = {
        "guardian_name": "王芳",
        "guardian_phone": "13812345678",
        "guardian_relation": "mother",
        "candidate_number": "20270001",
        "junior_school": "塔河县第一中学",
        "school_unlisted": "on",
        "student_number": "G232722201105011234",
        "graduation_year": str(ApplicationRules.of_round(round).year),
        "household": factories.district().pk,
        "seen": ["bonus", "choices", "guardian", "origin", "school", "scores"],
    }
    told |= {f"choice{number}": str(intake.pk) for number, intake in enumerate(chosen, 1)}
    told |= {f"score{number}": str(100 + number) for number, _subject in enumerate(round.subjects)}
    return told | other


def draft(round=None, learner=None, **other):
    """An application that only has to be submitted."""
    round = round or pathway_round()
    learner = learner or young()
    made = applications.begin(round=round, learner=learner, by=learner.account)
    return applications.save(made, typed=answers(round, **other))


def submitted(round=None, learner=None, **other):
    """One that the school has."""
    made = draft(round, learner, **other)
    return applications.submit(made, by=made.account)


def verified(round=None, learner=None, by=None, **other):
    """One that was confirmed."""
    made = submitted(round, learner, **other)
    return verifying.verify(made, number=made.number, by=by or factories.account(is_staff=True))


def photograph(name="proof.png"):
    """A small picture as a browser sends it."""
    stream = io.BytesIO()
    Image.new("RGB", (40, 30), "red").save(stream, "PNG")
    return SimpleUploadedFile(name, stream.getvalue(), content_type="image/png")
