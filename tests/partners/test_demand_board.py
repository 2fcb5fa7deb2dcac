"""The demand board: what it counts, what the public is not told of a few, who reads it and takes it away."""

import csv
import io
import re
from collections import defaultdict
from datetime import date
from statistics import median

import pytest
from django.contrib.auth.models import Group
from openpyxl import load_workbook

from courses.models import MajorOffer
from institutions import roles
from partners.demand import sources
from partners.demand.asking import Board
from partners.demand.board import By, Choice, count, trend
from partners.demand.small import FEWEST
from partners.models import (
    Agreement,
    AgreementDocument,
    AgreementTemplate,
    Occupation,
    OccupationMajor,
    Placement,
    TrainingOrder,
)
from partners.states import OrderState
from tests import factories
from tests.courses.staff_screens import signed_in, staff
from tests.partners import making
from tests.partners.market import employer, occupation, taught, wanted

pytestmark = pytest.mark.django_db
STAND = ("approved", "matched", "recruiting", "training", "fulfilled")


@pytest.fixture
def market():
    """Three counties, three trades, orders over two years, in every state; schools that train for them."""
    counties = [factories.district(), factories.district("232721", "呼玛县"), factories.district("232701", "漠河市")]
    trades = ["care", "tourism", "herbs"]
    works = [occupation(name) for name in ("养老护理员", "导游", "药材种植工", "雪道养护工")]
    majors = [factories.major() for _ in works]
    firms = [employer(industry=trades[n % 3], district=counties[n % 3]) for n in range(9)]
    for number in range(36):
        states = OrderState.values if number % 4 == 0 else STAND
        wanted(
            posts=number + 1,
            of=firms[number * 5 % 9],
            occupation=works[number % 4],
            majors=majors[: number % 3],
            state=states[number % len(states)],
            starts_on=date(2026 + number % 2, 1 + number % 12, 1),
            pay_after=3000 + 100 * number,
        )
    for number, major in enumerate(majors):
        for year in (2025, 2026, 2027):
            school = factories.institution(kind="secondary", district=counties[number % 3])
            taught(major, year=year, at=school, seats=40, enrolled=30, graduates=20 + number, placed=10)
    return counties


def slowly(by, *, year=None, district=None, trade=None):
    """The same figures, counted the obvious way: row by row."""
    found = defaultdict(lambda: {"orders": 0, "firms": set(), "posts": 0, "pays": []})
    for order in TrainingOrder.objects.all():
        if order.state not in STAND or (year and order.starts_on.year != year):
            continue
        if (district and order.district != district) or (trade and order.enterprise.industry != trade):
            continue
        quarter = (order.starts_on.month - 1) // 3 + 1
        key = {
            By.OCCUPATION: f"{order.occupation.name} {order.occupation.code}",
            By.DISTRICT: str(order.district),
            By.MONTH: f"{order.starts_on:%Y-%m}",
            By.QUARTER: f"{order.starts_on.year}年第{quarter}季度",
            By.YEAR: str(order.starts_on.year),
        }[by]
        row = found[key]
        row["orders"] += 1
        row["firms"].add(order.enterprise_id)
        row["posts"] += order.posts
        row["pays"].append(order.pay_after)
    return {
        key: (
            row["orders"],
            len(row["firms"]),
            row["posts"],
            min(row["pays"]),
            round(median(row["pays"])),
            max(row["pays"]),
        )
        for key, row in found.items()
    }


def as_rows(figures):
    """{label: the six figures of demand} of groups in which somebody is wanted."""
    names = ("orders", "enterprises", "posts", "pay_low", "pay", "pay_high")
    rows = [row for row in figures.rows if row.values["orders"]]
    return {row.label: tuple(row.values[name] for name in names) for row in rows}


@pytest.mark.parametrize("by", By.values)
def test_every_way_of_counting_says_what_a_slow_count_says(market, by):
    read = sources.read()
    for district in (None, market[1]):
        for trade in ("", "care"):
            for year in (0, 2027):
                choice = Choice(by=by, year=year, district=district and district.pk, trade=trade)
                of_year = year if by != By.YEAR else None
                expected = slowly(by, year=of_year, district=district, trade=trade)
                assert as_rows(count(read, choice)) == expected, choice


def test_supply_and_gap_come_from_the_majors_that_the_orders_name(market):
    figures = count(sources.read(), Choice(year=2027))
    majors_of = defaultdict(set)
    for order in TrainingOrder.objects.filter(state__in=STAND):
        majors_of[order.occupation_id].update(order.majors.all())
    checked = 0
    for row in figures.rows:
        work = Occupation.objects.get(code=row.label.split()[-1])
        offers = MajorOffer.objects.filter(year=2027, major__in=majors_of[work.pk])
        assert row.values["graduates"] == sum(one.graduates for one in offers)
        assert row.values["seats"] == sum(one.seats for one in offers)
        assert row.values["gap"] == row.values["posts"] - row.values["graduates"]
        checked += bool(row.values["graduates"])
    assert checked
    # In the sum a major counts once, however many occupations it leads to.
    every = set().union(*majors_of.values())
    offers = MajorOffer.objects.filter(year=2027, major__in=every)
    assert figures.total.values["graduates"] == sum(one.graduates for one in offers)
    by_year = trend(sources.read(), Choice())
    gaps = {row.label: row.values["2027"] for row in by_year.rows}
    assert all(gaps[row.label] == row.values["gap"] for row in figures.rows)


def test_seats_of_order_programs_fill_the_gap():
    order = making.approved(posts="6")
    making.order_program(order=order, seats=4)

    row = count(sources.read(), Choice()).rows[0]

    assert (row.values["posts"], row.values["programs"], row.values["gap"]) == (6, 4, 2)


def test_the_public_is_not_told_of_a_few():
    known, rare, single = occupation("养老护理员"), occupation("雪道养护工"), occupation("导游")
    for _ in range(4):
        wanted(posts=7, occupation=known)
    wanted(posts=5, occupation=rare)
    one = employer()
    for _ in range(3):
        wanted(posts=9, of=one, occupation=single)

    figures = count(sources.read(), Choice(year=2027), public=True)

    labels = [row.label for row in figures.rows]
    # One order is rare, three of one enterprise are, too; together they are of two enterprises: still too few.
    assert labels == ["其他合计"]
    assert figures.total.values["posts"] == 28 + 5 + 27
    wanted(posts=5, occupation=rare)
    figures = count(sources.read(), Choice(year=2027), public=True)
    assert [row.values["posts"] for row in figures.rows] == [28, 37]
    assert "雪道养护工" not in str([row.label for row in figures.rows])


def test_no_subtraction_tells_of_a_few():
    here, there = factories.district(), factories.district("232721", "呼玛县")
    for _ in range(4):
        wanted(posts=7, district=here)
    wanted(posts=5, district=there)
    read = sources.read()

    # All less Tahe would be the one order of Huma.
    assert count(read, Choice(year=2027, district=here.pk), public=True).rows == []
    assert count(read, Choice(year=2027, district=there.pk), public=True).rows == []
    assert count(read, Choice(year=2027), public=True).total.values["posts"] == 33
    assert [row.label for row in count(read, Choice(by=By.DISTRICT, year=2027), public=True).rows] == ["其他合计"]


def test_what_is_hidden_in_one_choice_is_not_told_by_its_neighbors():
    here, there = factories.district(), factories.district("232721", "呼玛县")
    rows = ((here, "care", 5), (there, "care", 1), (here, "herbs", 5), (there, "herbs", 5))
    for district, trade, n in rows:
        for _ in range(n):
            wanted(of=employer(district=district, industry=trade), occupation=occupation(trade))
    read = sources.read()

    # Carers of both counties less those of Tahe would be the one of Huma: neither trade of Tahe stands by itself.
    for choice in (Choice(year=2027, district=here.pk), Choice(by=By.DISTRICT, year=2027, trade="herbs")):
        assert [row.label for row in count(read, choice, public=True).rows] == ["其他合计"]
    both = {"district": str(here.pk), "trade": "care", "year": "2027"}
    assert Board(both, read, public=True).choice.trade == ""
    assert Board(both, read, public=False).choice.trade == "care"


def test_the_public_reads_of_pay_from_five_orders_on():
    few, many = occupation("养老护理员"), occupation("导游")
    for work, n in ((few, 4), (many, 5)):
        for number in range(n):
            wanted(occupation=work, pay_after=4000 + 33 * number)
    rows = {row.values["orders"]: row.values for row in count(sources.read(), Choice(year=2027), public=True).rows}
    assert [rows[n]["pay"] for n in (4, 5)] == [None, 4100]
    # The lowest and the highest are each of one order, in a sum too.
    figures = count(sources.read(), Choice(year=2027), public=True)
    assert not {"pay_low", "pay_high"} & {*figures.total.values, *(column.key for column in figures.columns)}


def test_every_public_row_is_of_enough(market):
    read = sources.read()
    shown = 0
    for by in By.values:
        for district in (None, *(one.pk for one in market)):
            for trade in ("", "care", "herbs"):
                figures = count(read, Choice(by=by, year=2027, district=district, trade=trade), public=True)
                for row in figures.rows:
                    few = 0 < row.values["orders"] < FEWEST or 0 < row.values["enterprises"] < FEWEST
                    assert not few, (by, district, trade, row.label)
                    shown += 1
    assert shown > 20


def test_the_public_reads_quarters_where_a_month_is_of_few(client):
    for month, n in ((1, 4), (2, 4), (3, 1), (7, 4)):
        for _ in range(n):
            wanted(starts_on=date(2027, month, 1))
    asked = {"by": "month", "year": "2027"}
    figures = Board(asked, sources.read(), public=True).figures
    assert [(row.label, row.values["orders"]) for row in figures.rows] == [("2027年第1季度", 9), ("2027年第3季度", 4)]
    assert len(Board(asked, sources.read(), public=False).figures.rows) == 4
    for _ in range(2):
        wanted(starts_on=date(2027, 3, 1))
    assert [row.label for row in Board(asked, sources.read(), public=True).figures.rows][:2] == ["2027-01", "2027-02"]


def test_the_public_reads_years_each_by_itself():
    for year, n in ((2025, 4), (2026, 1), (2027, 4)):
        for _ in range(n):
            wanted(starts_on=date(year, 3, 1))
    read = sources.read()
    figures = Board({"by": "year", "year": "all"}, read, public=True).figures
    assert ([row.label for row in figures.rows], figures.total) == (["2025", "2027"], None)
    # All years together less these two would be the one order of 2026.
    assert Board({"year": "all"}, read, public=True).choice.year != 0
    assert Board({"year": "all"}, read, public=False).choice.year == 0


def test_the_board_takes_a_fixed_number_of_queries(market, django_assert_max_num_queries):
    with django_assert_max_num_queries(8):
        count(sources.read(), Choice(year=2027))
    for _ in range(20):
        wanted(majors=[factories.major()], occupation=occupation("林业工"))
    with django_assert_max_num_queries(8):
        count(sources.read(), Choice(year=2027))


def test_everybody_reads_the_public_board_and_takes_it_away(client, market):
    factories.website()
    for query in (
        "",
        "?by=district&year=all",
        "?by=month",
        "?by=quarter&trade=care",
        "?by=no&year=x&district=y&trade=z",
    ):
        answer = client.get(f"/demand/{query}")
        assert answer.status_code == 200
        assert "No" not in answer["Cache-Control"]
    page = client.get("/demand/?year=2027").content.decode()
    rows = list(csv.reader(io.StringIO(client.get("/demand/download/csv/?year=2027").content.decode("utf-8-sig"))))
    sheet = load_workbook(io.BytesIO(client.get("/demand/download/xlsx/?year=2027").content)).active
    assert rows[0][0] == sheet.cell(1, 1).value == "职业"
    assert all(row[0] in page for row in rows[1:-1])
    assert sheet.max_row == len(rows)
    assert client.get("/demand/download/exe/").status_code == 404


def test_the_ten_largest_gaps_come_first_and_the_others_are_folded_away(client):
    factories.website()
    for posts in range(1, 13):
        for _ in range(3):
            wanted(posts=posts, occupation=occupation(f"工种{posts:02}"))
    page = client.get("/demand/?year=2027").content.decode()
    figures, trend_part = page.split('id="trend"')
    for part in (figures, trend_part):
        first, more = part.split("<details>")
        assert re.findall(r"工种\d\d", first) == [f"工种{n:02}" for n in range(12, 2, -1)]
        assert re.findall(r"工种\d\d", more) == ["工种02", "工种01"]


def test_a_board_without_orders_says_so(client):
    factories.website()
    assert client.get("/demand/").status_code == 200


def test_staff_who_review_see_all_and_others_nothing(settings, market):
    settings.SECOND_FACTOR_REQUIRED = False
    factories.website()
    roles.make_groups()
    rare = occupation("雪道养护工二")
    wanted(occupation=rare)
    bureau, manager = (staff(role, factories.institution()) for role in (roles.BUREAU, roles.MANAGER))
    client = signed_in(bureau)
    assert "雪道养护工二" in client.get("/cms/demand/?year=2027").content.decode()
    assert "雪道养护工二" in client.get("/cms/demand/download/csv/?year=2027").content.decode()
    assert "雪道养护工二" not in client.get("/demand/?year=2027").content.decode()
    assert Group.objects.get(name=roles.BUREAU).permissions.filter(codename="add_majordecision").exists()
    for path in ("/cms/demand/", "/cms/demand/download/csv/", "/cms/demand/majors/"):
        assert signed_in(manager).get(path).status_code == 302


def test_the_board_counts_a_placement():
    page = making.order_program(order=making.approved(posts="6"))
    template = AgreementTemplate.objects.first() or AgreementTemplate.objects.create(
        number=1, title="三方协议", body="正文", note="第一版"
    )
    told = []
    for _ in range(3):
        enrollment = making.apply(page)
        document = AgreementDocument.objects.create(template=template, title="协议", body="正文", sha256="0" * 64)
        agreement = Agreement.objects.create(enrollment=enrollment, order=page.order, document=document)
        told.append(
            Placement(
                agreement=agreement,
                point="end",
                side="enterprise",
                employed=True,
                in_occupation=True,
                by=enrollment.account,
            )
        )
    assert count(sources.read(), Choice()).total.values["working"] == 0

    for placement in told[:2]:
        placement.save()
    # The learner of the second says no: that is not counted.
    Placement.objects.create(agreement=told[1].agreement, point="end", side="learner", employed=False, by=told[1].by)

    row = count(sources.read(), Choice()).rows[0]
    assert (row.values["posts"], row.values["working"]) == (6, 1)
    assert row.label.startswith(page.order.occupation.name)


def test_majors_lead_to_an_occupation_as_the_bureau_says_too():
    order, major = wanted(posts=30), factories.major()
    taught(major, graduates=12, placed=6)
    OccupationMajor.objects.create(occupation=order.occupation, major=major)
    assert count(sources.read(), Choice(year=2027)).total.values["gap"] == 18
