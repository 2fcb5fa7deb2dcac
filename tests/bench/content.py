"""The website that is measured: a home page, forty courses with five classes each, and classes made for one row."""

import io
import itertools
from datetime import date, datetime, time, timedelta

from django.core.files.base import ContentFile
from django.core.management import call_command
from django.db import transaction
from django.utils import timezone
from PIL import Image as Picture
from wagtail.images.models import Image
from wagtail.models import Page, Site

from accounts.models import District
from courses.models import (
    Category,
    ClassMeeting,
    CommunityCoursePage,
    CourseIndexPage,
    Intake,
    Program,
    SeatPool,
    Term,
)
from home.models import HomePage
from institutions.models import Institution

COURSES, CLASSES = 40, 5
_SUBJECTS = ["烘焙", "合唱", "滑雪", "书法", "手机课堂", "护理", "电商直播", "林下中草药"]
_MEETINGS = 12
_numbers = itertools.count(1)


@transaction.atomic
def publish():
    """Make the pages and the 200 classes that every row reads or enrolls in."""
    call_command("load_districts", verbosity=0)
    home = Page.objects.get(depth=1).add_child(
        instance=HomePage(title="学林", slug="xuelin", headline="家门口的课堂", lead="找一门课，在这里报名。")
    )
    Site.objects.update(root_page=home)
    index = home.add_child(instance=CourseIndexPage(title="全部课程", slug="all-courses", show_in_menus=True))
    places = list(District.objects.filter(county=None))
    schools = [
        Institution.objects.create(name=f"{place}社区学院", kind="community", district=place, phone="0457-0000000")
        for place in places
    ]
    subjects = [Category.objects.create(name=name, slug=f"subject-{n}") for n, name in enumerate(_SUBJECTS)]
    picture = _picture()
    today = timezone.localdate()
    Term.objects.create(
        name="本学期", starts_on=today - timedelta(days=30), ends_on=today + timedelta(days=150), learner_limit=3
    )
    Term.objects.create(name="往年", starts_on=date(2010, 1, 1), ends_on=today - timedelta(days=31))
    for number in range(COURSES):
        page = _course(number, subjects[number % len(subjects)], schools[number % len(schools)], picture)
        index.add_child(instance=page)
        for turn in range(CLASSES):
            add_class(page, seats=1_000_000, weekday=(number + turn) % 7, hour=8 + 2 * turn, place=places[number % 7])
    call_command("wagtail_update_index", verbosity=0)


def _picture():
    file = io.BytesIO()
    Picture.effect_noise((1200, 600), 40).convert("RGB").save(file, "JPEG")
    return Image.objects.create(title="课堂", file=ContentFile(file.getvalue(), "class.jpg"))


def _course(number, subject, school, picture):
    text = "<p>每次课先看示范，再动手做，老师一个一个地看。做好的带回家，大家一起尝。</p>" * 3
    body = [("heading", "学什么"), ("paragraph", text), ("heading", "怎么学"), ("paragraph", text)]
    return CommunityCoursePage(
        title=f"{subject.name}入门{number + 1}",
        slug=f"course-{number}",
        institution=school,
        category=subject,
        cover=picture,
        summary="十二次课，从零开始，学完自己能做。",
        outcomes="认识工具和材料\n做出第一件作品\n知道怎样在家继续练",
        audience="零基础的居民。不需要任何准备，坐着就能学。",
        teacher_note="教了十五年，带过一千多位学员，说话慢，有耐心。",
        bring="围裙一条\n笔记本",
        body=body,
    )


def any_course():
    """A course page that rows read."""
    return CommunityCoursePage.objects.get(slug="course-3")


def classes():
    """The keys of the 200 classes, in a fixed order."""
    return list(
        Intake.objects.filter(code__startswith="CLASS-", program__slug__startswith="course-")
        .order_by("pk")
        .values_list("pk", flat=True)
    )


def add_class(program=None, *, seats, weekday=2, hour=19, place=None, daily=False):
    """An open class with every rule on: ages apart for women, residence, the term's limit, no clash of times."""
    now = timezone.localtime()
    place = place or District.objects.filter(county=None).first()
    intake = Intake.objects.create(
        program=program or Program.objects.get(slug="course-0"),
        term=Term.objects.get(name="本学期"),
        code=f"CLASS-{next(_numbers)}",
        status=Intake.Status.PUBLISHED,
        opens_at=now - timedelta(days=2),
        closes_at=now + timedelta(days=13),
        district=place,
        place="二楼 204 室，从东门进",
        teacher="王老师",
        min_age=18 * 12,
        max_age=80 * 12,
        min_age_women=16 * 12,
        max_age_women=78 * 12,
        residents_of=list(District.objects.filter(county=None).values_list("code", flat=True)),
    )
    SeatPool.objects.create(intake=intake, name="公开名额", capacity=seats)
    first = now.date() + timedelta(days=14 + (weekday - now.weekday()) % 7)
    step = timedelta(days=1 if daily else 7)
    days = [first + step * turn for turn in range(84 if daily else _MEETINGS)]
    starts = [timezone.make_aware(datetime.combine(day, time(hour))) for day in days]
    length = timedelta(minutes=30 if daily else 90)
    ClassMeeting.objects.bulk_create(
        ClassMeeting(intake=intake, starts_at=start, ends_at=start + length) for start in starts
    )
    Intake.objects.filter(pk=intake.pk).update(
        starts_at=starts[0],
        ends_at=starts[-1] + length,
        weekdays=127 if daily else 1 << weekday,
        day_parts=1 if hour < 12 else 2 if hour < 18 else 4,
        meeting_count=len(starts),
    )
    intake.refresh_from_db()
    return intake


def neighbor():
    """A class that meets at six every morning: whoever has a seat in it can join all others, after a look at times."""
    return add_class(seats=100_000_000, hour=6, daily=True)
