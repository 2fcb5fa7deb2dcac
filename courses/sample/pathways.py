"""Sample pathways (pathways.toml) with three years of history, a ranked round that is open over several, schools.

Applications and cohorts are added by the modules that know them.
"""

from datetime import date, datetime, time, timedelta
from decimal import Decimal

from django.core.management import call_command
from django.utils import timezone

from accounts.models import District
from courses import rounds
from courses.models import (
    AdmissionRound,
    Intake,
    JuniorSchool,
    Major,
    MajorOffer,
    PathwayIndexPage,
    PathwayPage,
    PathwayYear,
    SeatPool,
)
from courses.sample.dates import term_of
from courses.sample.programs import read
from courses.schedule import reschedule

ROUND = "3+2 贯通培养统一录取（示例）"
_RANK_BY = ["语文+数学+外语+物理+化学+道德与法治+历史+体育", "语文+数学+外语", "数学"]
_SHORTEST_WAY = timedelta(days=60)  # from now until pupils report to school: round, results and confirming fit in


def load(home, institutions):
    """The list with its pathways, their intakes, and the round; returns the list's page."""
    content = read("pathways.toml")
    call_command("load_majors", verbosity=0)
    index = home.add_child(instance=PathwayIndexPage(show_in_menus=True, **content["index"]))
    _load_junior_schools(content["junior_schools"], institutions)
    in_round = []
    for number, row in enumerate(content["pathways"], 1):
        page = _load_pathway(row, number, content, parent=index, institutions=institutions)
        if row.get("round") or "interest" in row:
            intake = _load_intake(page, row, number)
            in_round += [intake] if row.get("round") else []
    _load_round(institutions["bureau"], in_round)
    home.pathway_door = index
    home.save_revision().publish()
    return index


def reporting_day():
    """The 28th of August to come that is far enough away."""
    today = timezone.localdate()
    day = date(today.year, 8, 28)
    return day if day >= today + _SHORTEST_WAY else date(today.year + 1, 8, 28)


def _at(day, hour):
    return timezone.make_aware(datetime.combine(day, time(hour)))


def _load_junior_schools(rows, institutions):
    staffed = {one.name: one for one in institutions.values()}
    for row in rows:
        for name in row["names"]:
            told = {"district_id": row["district"], "institution": staffed.get(name), "is_sample": True}
            JuniorSchool.objects.get_or_create(name=name, defaults=told)


def _major(code, level):
    return Major.objects.filter(code=code, level=level).order_by("-edition")[0]


def _load_pathway(row, number, content, *, parent, institutions):
    same = content["defaults"]
    secondary, college = (_major(code, level) for code, level in zip(row["majors"], Major.Level.values, strict=True))
    page = PathwayPage(
        title=row["title"],
        slug=row["slug"],
        summary=row["summary"],
        search_description=row["summary"],
        institution=institutions[row["at"]],
        college=institutions["college"],
        secondary_major=secondary,
        college_major=college,
        approval_document=f"示例教职函〔{timezone.localdate().year}〕{number}号",
        approved_seats=row["seats"],
        who_may_apply="\n".join(same["who"]),
        journey=_journey(row, same, institutions),
        progression_when=same["when"],
        progression_criteria="\n".join([*same["criteria"], *row.get("criteria", [])]),
        progression_failed="\n".join(same["failed"]),
        exits=[("exit", {"after_year": year, "what": what}) for year, what in same["exits"]],
        occupations="\n".join(row["work"]),
        costs=[
            ("cost", {"what": "住宿费", "yuan": 500, "per": "year", "note": "可以走读"}),
            ("cost", {"what": "伙食费约", "yuan": 650, "per": "month", "note": "食堂自选"}),
            ("cost", {"what": "书本和实训服", "yuan": 480, "per": "once", "note": "第一学年"}),
        ],
        questions=[("question", {"question": ask, "answer": said}) for ask, said in content["questions"]["asked"]],
        contacts=[("contact", dict(zip(("who", "phone", "hours"), content["contacts"][row["at"]], strict=True)))],
        is_sample=True,
    )
    parent.add_child(instance=page)
    last = timezone.localdate().year - (timezone.localdate().month < 9)
    for back, (applied, admitted, lowest, median) in enumerate(row["years"]):
        scores = {"lowest_score": Decimal(str(lowest)), "median_score": Decimal(str(median))}
        PathwayYear.objects.create(
            pathway=page, year=last - back, plan=row["seats"], applied=applied, admitted=admitted, **scores
        )
        _load_offer(page.institution, secondary, last - back, row["seats"], admitted)
        _load_offer(page.college, college, last - back, row["seats"] + 20, min(admitted, row["seats"]))
    page.refresh_from_db()
    page.save_revision().publish()
    return page


def _load_offer(institution, major, year, seats, enrolled):
    """What the institution teaches in that year; of those who left, most work in the trade."""
    graduates = round(enrolled * 0.9)
    defaults = {"seats": seats, "enrolled": enrolled, "graduates": graduates, "placed": round(graduates * 0.7)}
    MajorOffer.objects.get_or_create(institution=institution, major=major, year=year, defaults=defaults)


def _journey(row, same, institutions):
    """Five years: three at the school without tuition, two at the college."""
    years = []
    for number in range(5):
        at_college = number > 2
        place = institutions["college" if at_college else row["at"]]
        years.append(
            (
                "year",
                {
                    "place": f"{place.district.name}，可以住校" if not at_college else f"{place.district.name}，住校",
                    "learning": row["learn"][number],
                    "tuition": 4800 if at_college else 0,
                    "support": same["college_support"] if at_college else same["support"],
                    "certificates": row["certificates"][number],
                    "internship": row["internship"][number],
                },
            )
        )
    return years


def _load_intake(page, row, number):
    """The intake of the coming school year; its one meeting is the day of reporting."""
    day = reporting_day()
    now = timezone.localdate()
    interest = row.get("interest", "")
    intake = Intake.objects.create(
        program=page,
        term=term_of(day),
        code=f"{day:%y}G-{number:03}",
        label=f"{day.year} 年秋季",
        status=Intake.Status.PUBLISHED,
        opens_at=_at(now - timedelta(days=4), 8),
        closes_at=_at(now + timedelta(days=20), 17),
        admission_rule=Intake.AdmissionRule.REVIEW,
        mode=Intake.Mode.INTEREST if interest else Intake.Mode.ENROLL,
        official_channel=interest,
        offer_hours=72,
        attendance_percent=0,
        absence_limit=0,
        district=page.institution.district,
        place="报到处在教学楼一楼",
    )
    quotas, left = row.get("quotas", {}), row["seats"]
    for code, seats in quotas.items():
        district = District.objects.get(code=code)
        SeatPool.objects.create(intake=intake, name=f"{district.name}考生", capacity=seats, district=district)
        left -= seats
    SeatPool.objects.create(intake=intake, name="全地区考生", capacity=left)
    reschedule(intake, [(_at(day, 9), _at(day, 16))])
    return intake


def _load_round(bureau, intakes):
    """One ranked round over the pathways that admit here: the best marks choose first, up to four choices."""
    today = timezone.localdate()
    round = AdmissionRound.objects.create(
        name=ROUND,
        institution=bureau,
        term=intakes[0].term,
        rule="ranked",
        rank_by=_RANK_BY,
        minimum_score=Decimal(200),
        choices=4,
        status=AdmissionRound.Status.PUBLISHED,
        opens_at=_at(today - timedelta(days=4), 8),
        closes_at=_at(today + timedelta(days=20), 17),
        results_at=_at(today + timedelta(days=30), 10),
    )
    rounds.share_out(round, intakes)
    return round


def remove():
    """Take away what does not hang on pages: junior schools and majors taught; pages and rounds go with the others."""
    JuniorSchool.objects.filter(is_sample=True).delete()
    MajorOffer.objects.filter(institution__name__endswith="（示例）").delete()
