"""Institutions, categories, course pages and intakes of the sample, from the TOML files in data/."""

import random
import tomllib
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from django.utils import timezone

from courses.models import Category, CommunityCoursePage, Intake, SeatPool
from courses.sample import paying, pictures
from courses.sample.dates import code_letters, term_of, window
from courses.schedule import reschedule
from institutions.models import Institution

DATA = Path(__file__).resolve().parent / "data"
_YEAR = 12  # months


@dataclass
class Planned:
    """An intake with what is still to happen to it: how full it gets, when it closes, and why it is cancelled."""

    intake: Intake
    shape: str
    closes_at: datetime
    why: str = ""
    offer: bool = False


def read(name):
    """A TOML file of data/ as a dictionary."""
    with (DATA / name).open("rb") as stream:
        return tomllib.load(stream)


def read_courses():
    """All courses, each with its category's name and slug, in the order of the files."""
    files = sorted((DATA / "courses").glob("*.toml"))
    return [
        course | {"category": (order, content["name"], content["slug"])}
        for order, file in enumerate(files, 1)
        for content in [read(file)]
        for course in content["courses"]
    ]


def load_institutions():
    """Make the institutions; returns them by key."""
    made = {}
    for row in read("institutions.toml")["institutions"]:
        fields = {name: row[name] for name in ("kind", "address", "phone", "hours")}
        defaults = fields | {"district_id": row["district"]}
        made[row["key"]] = Institution.objects.get_or_create(name=row["name"], defaults=defaults)[0]
    return made


def load_course(course, *, parent, institutions, holidays):
    """Make one course with its picture and intakes; returns the planned intakes."""
    order, name, slug = course["category"]
    category = Category.objects.get_or_create(slug=slug, defaults={"name": name, "order": order})[0]
    page = CommunityCoursePage(
        title=course["title"],
        slug=course["slug"],
        institution=institutions[course["at"]],
        category=category,
        level=course.get("level", CommunityCoursePage.Level.BEGINNER),
        cover=pictures.store(course["scene"], course["slug"], title=course["title"]),
        summary=course["summary"],
        search_description=course["summary"],
        outcomes="\n".join(course["learn"]),
        audience=course["who"],
        teacher_note=course["teacher_note"],
        bring="\n".join(course["bring"]),
        body=_body(course),
        is_sample=True,
    )
    parent.add_child(instance=page)
    page.save_revision().publish()
    return [_load_intake(page, course, row, holidays) for row in course["intakes"]]


def _body(course):
    steps = "".join(f"<li>{step}</li>" for step in course["plan"])
    blocks = [{"type": "heading", "value": "课程安排"}, {"type": "paragraph", "value": f"<ol>{steps}</ol>"}]
    if "note" in course:
        blocks.append({"type": "paragraph", "value": f"<p>{course['note']}</p>"})
    return blocks


def _load_intake(page, course, row, holidays):
    shape, district = row["shape"], page.institution.district
    rng = random.Random(f"{course['slug']}:{row['label']}")  # noqa: S311 - chance for looks, not for secrets
    when = window(shape, days=row["days"], hours=row["time"], times=row["times"], holidays=holidays, rng=rng)
    term = term_of(when.meetings[0][0].date())
    intake = Intake.objects.create(
        program=page,
        term=term,
        code=f"{code_letters(term)}-{Intake.objects.count() + 1:03}",
        label=row["label"],
        status=Intake.Status.PUBLISHED,
        opens_at=when.opens_at,
        # Those that have begun stay open until their learners are in; `Planned.closes_at` comes after that.
        closes_at=max(when.closes_at, _tomorrow()) if shape in ("running", "finished") else when.closes_at,
        minimum=min(6, row["seats"] // 2),
        offer_hours=72 if row.get("offer") else 24,
        withdraw_hours=24 if row.get("fee") else 0,
        district=district,
        place=course["place"],
        teacher=course["teacher"],
        **paying.fields(row),
        residents_of=[district.pk] if course.get("residents") else [],
        needs_identity=course.get("needs_identity", False),
        **_ages(course),
    )
    _load_pools(intake, row, district)
    paying.load_reductions(intake, course)
    reschedule(intake, when.meetings)
    return Planned(intake, shape, when.closes_at, row.get("why", ""), row.get("offer", False))


def _tomorrow():
    return timezone.now() + timedelta(days=1)


def _ages(course):
    def months(name):
        years = course.get(f"{name}_years")
        return course.get(f"{name}_months") if years is None else years * _YEAR

    ages = {"min_age": months("from"), "max_age": months("to")}
    if "women_from_years" in course:
        ages |= {"min_age_women": course["women_from_years"] * _YEAR, "max_age_women": None}
    return ages


def _load_pools(intake, row, district):
    """One pool open to all; before it, seats kept for the county's residents or for people over 60."""
    local, elders = row.get("local", 0), row.get("elders", 0)
    if local:
        SeatPool.objects.create(intake=intake, name=f"{district.name}居民", capacity=local, district=district)
    if elders:
        SeatPool.objects.create(intake=intake, name="60 岁以上", capacity=elders, min_age=60 * _YEAR)
    SeatPool.objects.create(intake=intake, name="面向所有人", capacity=row["seats"] - local - elders)
