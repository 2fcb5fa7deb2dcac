"""Sample applications in every state for the sample round of pathways, and families that registered interest.

They go through the engine, as on the site. Where there is no such round, nothing is made.
"""

import random
from datetime import timedelta

from django.db.models import QuerySet
from django.utils import timezone

from accounts import consent
from accounts.models import Account, Consent, District, Learner
from courses.applying import applications, interest, verifying
from courses.entering import published_intakes
from courses.models import (
    AdmissionRound,
    ApplicationEvent,
    ApplicationRules,
    ExamImport,
    Intake,
    Interest,
    JuniorSchool,
    PathwayApplication,
    PathwayPage,
)
from courses.sample.people import OWN_PHONES, PHONE_PREFIX, identity_number

# What becomes of each, in order; the first is of a family that one can sign in as.
_LIVES = ["returned", "verified", "verified", "submitted", "submitted", "submitted", "draft"]
_NAMES = ["张晓峰", "林雨桐", "王子涵", "刘思远", "陈佳怡", "赵明轩", "孙若溪"]
_BONUS = "少数民族考生（需户口簿）"


def load(*, staff):
    """Rules, applications and interest; `staff` is the account that checks them."""
    pathways = PathwayPage.objects.filter(is_sample=True).values("pk")
    rounds = AdmissionRound.objects.filter(intakes__program__in=pathways, rule=AdmissionRound.Rule.RANKED)
    round = rounds.distinct().order_by("pk").first()
    if round is None:
        return
    rng = random.Random("applications")  # noqa: S311 - chance for looks, not for secrets
    remark = "示例规则：实际规则以当年招生文件为准。"
    ApplicationRules.objects.create(round=round, household="prefecture", bonus_kinds=[_BONUS], remark=remark)
    own = Account.objects.filter(phone=OWN_PHONES[1])
    accounts = [*own, *Account.objects.filter(phone__startswith=PHONE_PREFIX).order_by("pk")[: len(_LIVES) - 1]]
    named = enumerate(zip(accounts, _NAMES, strict=False))
    learners = [_child(account, name, rng, 700 + n) for n, (account, name) in named]
    for number, (learner, life) in enumerate(zip(learners, _LIVES, strict=False)):
        _apply(round, learner, life, number, rng, staff)
    interests = Intake.objects.filter(program__in=pathways, mode=Intake.Mode.INTEREST).select_related("program")
    for intake in interests:
        ApplicationRules.objects.create(intake=intake, household="province", conditions=["已报名参加今年的中考"])
        for learner in learners[1 : 1 + rng.randint(2, 5)]:
            interest.register(intake=intake, learner=learner)


def _child(account, name, rng, number):
    """A graduate of fifteen or so, with the consents of the guardian."""
    born = timezone.localdate() - timedelta(days=15 * 365 + rng.randint(0, 300))
    learner = Learner(account=account, relation="child", name=name, birth_date=born, sex=rng.choice("fm"))
    learner.district_id, learner.guardian_name, learner.guardian_phone = "232761", "家长", account.phone
    learner.set_document(Learner.DocumentType.RESIDENT, identity_number(born, learner.sex, number))
    learner.save()
    for purpose in (Consent.Purpose.ENROLLMENT, Consent.Purpose.MINOR):
        consent.give(account, purpose, learner=learner)
    return learner


def _apply(round, learner, life, number, rng, staff):
    made = applications.begin(round=round, learner=learner, by=learner.account)
    made = applications.save(made, typed=_answers(round, learner, number, rng, whole=life != "draft"))
    if life == "draft":
        return
    made = applications.submit(made, by=learner.account)
    if life == "verified":
        verifying.verify(made, number=1, by=staff)
    elif life == "returned":
        text = "考生号少了一位，请照准考证核对。"
        verifying.give_back(made, number=1, by=staff, remarks={"candidate_number": text})


def _answers(round, learner, number, rng, *, whole):
    school = JuniorSchool.objects.filter(is_sample=True).order_by("pk").first()
    told = {
        "guardian_name": "家长",
        "guardian_phone": learner.account.phone,
        "guardian_relation": rng.choice(["mother", "father"]),
        "candidate_number": f"{round.closes_at:%Y}2327{number:04}",
        "junior_school": school.name if school else "示例初中",
        "school_unlisted": "" if school else "on",
        "student_number": "",
        "seen": ["guardian", "school"],
    }
    if not whole:
        return told
    intakes = list(published_intakes(round))
    rng.shuffle(intakes)
    told |= {f"choice{n}": str(one.pk) for n, one in enumerate(intakes[: min(3, round.choices)], 1)}
    told |= {f"score{n}": str(rng.randint(55, 98)) for n, _subject in enumerate(round.subjects)}
    year = ApplicationRules.of_round(round).year
    home = District.objects.filter(pk="232761").first() or District.objects.filter(county=None).first()
    told |= {"graduation_year": str(year), "household": home.pk}
    return told | {"seen": ["bonus", "choices", "guardian", "origin", "school", "scores"]}


def remove(intakes, accounts):
    """Take away what hangs on sample intakes and people; inside the removal, which lifted the guard of histories."""
    rounds = AdmissionRound.objects.filter(intakes__in=intakes)
    made = PathwayApplication.objects.filter(round__in=rounds) | PathwayApplication.objects.filter(account__in=accounts)
    rows = QuerySet(ApplicationEvent).filter(application__in=made)
    rows._raw_delete(rows.db)
    PathwayApplication.objects.filter(pk__in=list(made.values_list("pk", flat=True))).delete()
    Interest.objects.filter(intake__in=intakes).delete()
    Interest.objects.filter(account__in=accounts).delete()
    ExamImport.objects.filter(round__in=rounds).delete()
