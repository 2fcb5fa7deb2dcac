"""What the figures of a major suggest, by a table; accepted or dismissed by people, asked again when they change."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from institutions import roles
from partners.demand import deciding, sources
from partners.demand.advice import Facts, advise, facts_of_all, has_changed
from partners.demand.deciding import Standing, decide, suggestion_of
from partners.models import DemandSettings, MajorDecision
from partners.moves import PartnerError
from tests import factories
from tests.courses.staff_screens import signed_in, staff
from tests.partners.market import employer, occupation, taught, wanted

THRESHOLDS = DemandSettings(
    open_posts=15, open_enterprises=2, widen_percent=120, widen_placed=60, narrow_percent=50, narrow_placed=50
)


def school(posts, graduates, placed, seats=40):
    """Figures of a major that is taught."""
    return Facts(posts=posts, orders=3, enterprises=3, year=2026, seats=seats, graduates=graduates, placed=placed)


TABLE = [
    # Nobody teaches it: from 15 posts of 2 enterprises on.
    (Facts(posts=15, orders=2, enterprises=2), "open"),
    (Facts(posts=14.9, orders=2, enterprises=2), "hold"),
    (Facts(posts=90, orders=9, enterprises=1), "hold"),
    (Facts(), "hold"),
    # An institution reported it, and has no seats any more.
    (Facts(posts=20, orders=2, enterprises=2, year=2026, seats=0, graduates=12, placed=10), "open"),
    # More posts than graduates, and these found work in the trade.
    (school(24, 20, 12), "widen"),
    (school(23.7, 20, 12), "hold"),
    (school(24, 20, 11), "hold"),
    (school(4, 3, 3), "hold"),
    # None has graduated yet: seats count, and work cannot be asked for.
    (school(48, 0, 0), "widen"),
    (school(20, 0, 0), "hold"),
    (school(1, 0, 0), "hold"),
    # Few posts, and few at work in the trade.
    (school(10, 20, 9), "narrow"),
    (school(0, 20, 0), "narrow"),
    (school(10, 20, 10), "hold"),
    (school(10.3, 20, 9), "hold"),
    (school(20, 20, 20), "hold"),
]


@pytest.mark.parametrize(("facts", "expected"), TABLE)
def test_the_rules_of_suggestions(facts, expected):
    advice, why = advise(facts, THRESHOLDS)
    assert advice == expected
    assert f"{facts.posts:g}" in why


CHANGES = [
    (school(20, 20, 10), "hold", "hold", False),
    (school(24.9, 20, 10), "hold", "hold", False),
    (school(25, 20, 10), "hold", "hold", True),
    (school(15, 20, 10), "hold", "hold", True),
    (school(20, 25, 10), "hold", "hold", True),
    (school(20, 20, 10, seats=50), "hold", "hold", True),
    (school(20, 20, 10), "hold", "widen", True),
]


@pytest.mark.parametrize(("facts", "advice", "now", "expected"), CHANGES)
def test_what_a_material_change_is(facts, advice, now, expected):
    kept = school(20, 20, 10).kept()
    assert has_changed(kept, facts, advice, now, DemandSettings(change_percent=25)) is expected


def test_an_order_counts_in_equal_parts_for_the_majors_that_are_taught(db):
    here, there, nobody = factories.major(), factories.major("college"), factories.major()
    today, trade = timezone.localdate(), occupation("雪道养护工")
    taught(here, year=2024, seats=30, graduates=30, placed=30)
    taught(here, year=2026, seats=40, enrolled=35, graduates=28, placed=20)
    taught(there, year=2026, seats=20)
    wanted(posts=9, majors=[here, there, nobody], starts_on=today)
    wanted(posts=4, majors=[here], starts_on=today + timedelta(days=300))
    wanted(posts=50, majors=[here], starts_on=today - timedelta(days=400))
    wanted(posts=16, majors=[nobody], starts_on=today, occupation=trade)
    # This one names no major: its occupation leads to what other orders for it name.
    wanted(posts=3, starts_on=today, occupation=trade)

    facts = facts_of_all(sources.read(), today=today, months=12)

    assert facts[here.pk] == Facts(8.5, 2, 2, 2026, 40, 35, 28, 20)
    assert facts[there.pk] == Facts(4.5, 1, 1, 2026, 20, 0, 0, 0)
    assert facts[nobody.pk] == Facts(19.0, 2, 2)


@pytest.fixture
def scarce(db):
    """A major of which more are asked for than graduate."""
    major = factories.major()
    taught(major, year=2026, graduates=10, placed=9)
    for _ in range(2):
        wanted(posts=10, majors=[major], starts_on=timezone.localdate())
    return major


def test_a_decision_rests_until_the_figures_change(scarce):
    by = factories.account(is_staff=True)
    assert suggestion_of(scarce).standing == Standing.OPEN

    row = decide(scarce, advice="widen", accepted=False, reason=" 师资不够 ", by=by)

    assert (row.note, row.figures["posts"], row.accepted) == ("师资不够", 20.0, False)
    assert suggestion_of(scarce).standing == Standing.DISMISSED
    wanted(posts=2, majors=[scarce], starts_on=timezone.localdate())
    assert suggestion_of(scarce).standing == Standing.DISMISSED
    wanted(posts=4, majors=[scarce], starts_on=timezone.localdate())
    assert suggestion_of(scarce).standing == Standing.AGAIN
    decide(scarce, advice="widen", accepted=True, reason="今年可以", by=by)
    assert suggestion_of(scarce).standing == Standing.ACCEPTED
    assert MajorDecision.objects.count() == 2


def test_what_cannot_be_decided(scarce):
    by = factories.account(is_staff=True)
    for advice, reason in (("widen", "  "), ("narrow", "错")):
        with pytest.raises(PartnerError):
            decide(scarce, advice=advice, accepted=True, reason=reason, by=by)
    decide(scarce, advice="widen", accepted=True, reason="先来", by=by)
    with pytest.raises(PartnerError):
        decide(scarce, advice="widen", accepted=False, reason="后到", by=by)
    assert MajorDecision.objects.get().note == "先来"


def test_a_decision_is_never_changed(scarce):
    row = decide(scarce, advice="widen", accepted=True, reason="好", by=factories.account(is_staff=True))
    row.note = "改"
    with pytest.raises(TypeError):
        row.save()
    with pytest.raises(TypeError):
        MajorDecision.objects.all().delete()


def test_no_major_can_be_both_widened_and_narrowed(db):
    with pytest.raises(ValidationError):
        DemandSettings(narrow_percent=100, widen_percent=100).full_clean()
    with pytest.raises(IntegrityError), transaction.atomic():
        DemandSettings.objects.create(narrow_percent=100, widen_percent=100)


def test_suggestions_take_a_fixed_number_of_queries(scarce, django_assert_max_num_queries):
    for _ in range(5):
        other = factories.major()
        taught(other, year=2026)
        wanted(of=employer(), majors=[other])
    with django_assert_max_num_queries(10):
        found = deciding.suggestions()
    assert found[0].major == scarce


def test_the_bureau_decides_on_its_screen(scarce, settings):
    settings.SECOND_FACTOR_REQUIRED = False
    factories.website()
    roles.make_groups()
    client = signed_in(staff(roles.BUREAU, factories.institution()))
    listed = client.get("/cms/demand/majors/?advice=widen&standing=open").content.decode()
    assert scarce.name in listed
    assert scarce.name not in client.get("/cms/demand/majors/?advice=narrow").content.decode()
    address = f"/cms/demand/majors/{scarce.pk}/"
    assert "200%" in client.get(address).content.decode()

    refused = client.post(address, {"advice": "widen", "accepted": "yes", "reason": ""})
    client.post(address, {"advice": "widen", "accepted": "yes", "reason": "扩招一个班"})

    assert refused.status_code == 200
    row = MajorDecision.objects.get()
    assert (row.accepted, row.note) == (True, "扩招一个班")
    shown = client.get(address).content.decode()
    assert "扩招一个班" in shown
    assert "<textarea" not in shown
