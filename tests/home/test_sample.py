"""The sample content of the demo: alive, marked as a sample, and loaded once."""

import io
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.db.models import F, Sum
from django.test import override_settings
from django.utils import timezone
from PIL import Image as Picture
from wagtail.images.models import Image
from wagtail.models import GroupPagePermission

from accounts.documents import clean_number
from accounts.models import Account, Learner
from courses import enrollment
from courses.models import (
    AdmissionRound,
    CommunityCoursePage,
    Enrollment,
    HistoryEntry,
    Intake,
    JuniorSchool,
    MajorOffer,
    PathwayPage,
    SeatPool,
)
from courses.sample import pictures
from courses.sample.people import SIGN_INS
from courses.sample.programs import read_courses
from courses.states import State
from home.management.commands.load_sample import Command
from institutions.models import Institution
from institutions.page_checks import problems_of
from notifications.models import Message
from tests import factories

# Before the fixture puts one drawing in its place.
RENDER = pictures.render


@pytest.fixture(scope="module")
def sample(django_db_setup, django_db_blocker, tmp_path_factory):
    """The sample, loaded once for all stories of this module; pictures are drawn once for all courses."""
    media = str(tmp_path_factory.mktemp("media"))
    drawn = RENDER("bread", "test")
    with django_db_blocker.unblock(), override_settings(MEDIA_ROOT=media):
        outer = transaction.atomic()
        outer.__enter__()
        pictures.render = lambda scene, seed: drawn
        try:
            call_command("load_sample", verbosity=0)
            yield
        finally:
            pictures.render = RENDER
            connection.needs_rollback = True
            outer.__exit__(None, None, None)


# The demo is on SQLite, so one run on it tells enough.
pytestmark = [pytest.mark.usefixtures("sample"), pytest.mark.django_db, pytest.mark.once]


def seats_of(slug, label):
    """Capacity, seats taken and people waiting of one class."""
    pools = SeatPool.objects.filter(intake__program__slug=slug, intake__label=label)
    return tuple(pools.aggregate(Sum("capacity"), Sum("seats_taken"), Sum("waiting")).values())


def test_there_is_something_for_everyone_in_every_county():
    now = timezone.now()

    courses = CommunityCoursePage.objects.live()
    open_in = set(Intake.objects.published().open_at(now).with_seats().values_list("district__name", flat=True))

    assert courses.count() >= 48
    assert open_in == {"加格达奇区", "漠河市", "呼玛县", "塔河县", "松岭区", "新林区", "呼中区"}
    assert Intake.objects.filter(opens_at__gt=now).exists()
    assert Intake.objects.filter(starts_at__lt=now, ends_at__gt=now).exists()
    assert Intake.objects.filter(ends_at__lt=now).exists()
    assert not Intake.objects.filter(status=Intake.Status.CANCELLED, status_note="").exists()
    assert Intake.objects.filter(status=Intake.Status.CANCELLED).exists()


def test_everything_is_marked_as_a_sample():
    unmarked = Institution.objects.exclude(name__endswith="（示例）")

    assert not unmarked.exists()
    assert not CommunityCoursePage.objects.filter(is_sample=False).exists()
    assert not Institution.objects.exclude(phone__startswith="0457-000").exists()


def test_counters_of_seats_equal_the_rows():
    for pool in SeatPool.objects.all():
        rows = pool.enrollments
        assert (pool.seats_taken, pool.waiting) == (rows.seated().count(), rows.waitlisted().count()), pool


def test_classes_that_are_called_full_are_full_with_people_waiting():
    full = [(c["slug"], i["label"]) for c in read_courses() for i in c["intakes"] if i["shape"] == "full"]

    for slug, label in full:
        capacity, taken, waiting = seats_of(slug, label)
        assert taken == capacity, (slug, label)
        assert waiting, (slug, label)


def test_the_second_resident_has_an_offer_to_confirm():
    offer = Enrollment.objects.get(account__phone="13800000002", state=State.OFFERED)

    assert offer.offer_expires_at > timezone.now() + timedelta(hours=24)
    assert Message.objects.filter(account=offer.account, title__contains=offer.intake.title).exists()


def test_the_resident_has_a_class_soon_a_waitlist_and_a_past():
    own = Enrollment.objects.filter(account__phone="13800000001")
    soon = timezone.now() + timedelta(days=14)

    assert set(own.values_list("learner__name", flat=True)) == {"李春梅", "王秀芝", "陈小树"}
    assert own.filter(state=State.ENROLLED, intake__starts_at__range=(timezone.now(), soon)).exists()
    assert {State.ENROLLED, State.WAITLISTED, State.COMPLETED, State.WITHDRAWN} <= set(
        own.values_list("state", flat=True)
    )


def test_history_lies_in_the_past_and_in_order():
    for row in Enrollment.objects.prefetch_related("history"):
        moments = [entry.at for entry in row.history.all()]
        assert moments == sorted(moments), row
        assert abs(row.submitted_at - moments[0]) < timedelta(seconds=1)
    assert not HistoryEntry.objects.filter(at__gt=timezone.now()).exists()
    # Nobody came before the doors opened.
    assert not Enrollment.objects.filter(submitted_at__lt=F("intake__opens_at")).exists()


def test_identity_numbers_are_well_formed_and_all_different():
    learners = Learner.objects.all()

    for learner in learners:
        assert clean_number(learner.document_type, learner.document_number) == learner.document_number
    assert len({learner.person for learner in learners}) == len(learners)


def test_one_can_sign_in_as_each_role():
    for person in SIGN_INS:
        account = Account.objects.get(phone=person.phone) if person.phone else Account.objects.get(email=person.email)
        assert account.check_password(person.password) is bool(person.password)
        assert account.groups.filter(institution_workspace=None).count() == len(person.groups)
    manager = Account.objects.get(email="tahe@example.org")
    assert set(Institution.objects.staffed_by(manager).values_list("district__name", flat=True)) == {"塔河县"}
    lists = GroupPagePermission.objects.filter(group__in=manager.groups.all(), permission__codename="change_page")
    assert {"courses", "order-programs"} <= set(lists.values_list("page__slug", flat=True))


def test_a_second_run_keeps_what_is_there(capsys):
    before = set(Enrollment.objects.values_list("reference", flat=True))

    call_command("load_sample")

    assert set(Enrollment.objects.values_list("reference", flat=True)) == before
    assert "there already" in capsys.readouterr().out


def test_reset_removes_the_sample_and_leaves_what_others_made(monkeypatch):
    visitor = factories.account(name="访客")
    factories.learner(of=visitor)
    taken = Intake.objects.open_at(timezone.now()).with_seats().filter(min_age=None, residents_of=[]).first()
    enrollment.submit(intake=taken, learner=visitor.learners.get(), by=visitor)
    loaded = []
    monkeypatch.setattr(Command, "load", lambda self: loaded.append(self))

    call_command("load_sample", reset=True, verbosity=0)

    assert list(Account.objects.all()) == [visitor]
    assert visitor.learners.count() == 1
    remaining = (CommunityCoursePage, Intake, Enrollment, HistoryEntry, Institution, Image)
    assert [model.objects.count() for model in remaining] == [0] * len(remaining)
    assert len(loaded) == 1


def test_production_refuses_the_sample(settings):
    settings.PRODUCTION = True

    with pytest.raises(CommandError, match="production"):
        call_command("load_sample")


@pytest.mark.parametrize("scene", sorted(pictures.SCENES))
def test_pictures_are_small_wide_and_always_the_same(scene):
    first, again, other = (RENDER(scene, seed) for seed in ("a", "a", "b"))

    assert first == again != other
    assert len(first) < 80_000
    assert Picture.open(io.BytesIO(first)).size == (1200, 675)


def test_pathways_have_three_years_of_history_and_an_open_round_with_quotas():
    pages = PathwayPage.objects.live()
    assert pages.count() >= 8
    for page in pages:
        assert page.is_sample
        assert page.years.count() == 3
        assert list(problems_of(page)) == [], page.title
    intakes = Intake.objects.filter(program__in=pages)
    assert {intake.mode for intake in intakes} == {"enroll", "interest"}
    (round,) = AdmissionRound.objects.filter(intakes__in=intakes).distinct()
    assert (round.rule, round.is_open()) == ("ranked", True)
    assert SeatPool.objects.filter(intake__round=round).exclude(district=None).count() > 8
    assert JuniorSchool.objects.values("district").distinct().count() == 7
    assert MajorOffer.objects.filter(institution__kind="college").exists()
