"""One line makes what a story needs: `intake(seats=2)`, `learner()`, `account()`."""

import itertools
from datetime import timedelta

from django.utils import timezone
from wagtail.models import Page, Site

from accounts.models import Account, District, Learner
from courses import enrollment
from courses.models import (
    AdmissionRound,
    Category,
    ClassMeeting,
    CommunityCoursePage,
    CourseIndexPage,
    Intake,
    JuniorSchool,
    Major,
    PathwayIndexPage,
    PathwayPage,
    SeatPool,
    Term,
)
from home.models import HomePage
from institutions.models import Institution

_number = itertools.count(1)


def account(**fields):
    """An account with a verified phone of its own."""
    fields.setdefault("phone", f"139{next(_number):08d}")
    fields.setdefault("phone_verified", True)
    return Account.objects.create_user(**fields)


def learner(*, of=None, **fields):
    """A learner, of an account of their own unless told."""
    of = of or account()
    return Learner.objects.create(
        account=of, **{"relation": Learner.Relation.OTHER, "name": f"学员{next(_number)}"} | fields
    )


def district(code="232722", name="塔河县"):
    """A county."""
    return District.objects.get_or_create(code=code, defaults={"name": name})[0]


def institution(**fields):
    """A community college."""
    defaults = {"name": f"示例社区学院{next(_number)}", "kind": Institution.Kind.COMMUNITY}
    if "district" not in fields:
        defaults["district"] = district()
    return Institution.objects.create(**defaults | fields)


def website():
    """The home page at the site's address and the list of courses below it; returns the list."""
    found = CourseIndexPage.objects.first()
    if found:
        return found
    home = HomePage.objects.first() or Page.objects.get(depth=1).add_child(
        instance=HomePage(title="学林", slug="xuelin", headline="家门口的课堂")
    )
    Site.objects.update_or_create(is_default_site=True, defaults={"hostname": "localhost", "root_page": home})
    return home.add_child(instance=CourseIndexPage(title="找课程", slug="courses"))


def program(*, title=None, **fields):
    """A published community course in the list of courses."""
    fields.setdefault("institution", Institution.objects.first() or institution())
    fields.setdefault("category", Category.objects.get_or_create(name="烘焙与烹饪", slug="baking")[0])
    fields.setdefault("summary", "学会做面包。")
    page = CommunityCoursePage(title=title or f"烘焙入门{next(_number)}", slug=f"program-{next(_number)}", **fields)
    return website().add_child(instance=page)


def major(level="secondary", **fields):
    """A major of the catalog of that level."""
    number = next(_number)
    defaults = {"code": f"{700000 + number}", "edition": "2021", "name": f"示例专业{number}", "group": "示例类"}
    return Major.objects.create(level=level, **defaults | fields)


def pathway(*, title=None, **fields):
    """A published pathway in the list of pathways, with majors of its own."""
    fields.setdefault("institution", institution(kind=Institution.Kind.SECONDARY))
    fields.setdefault("college", institution(kind=Institution.Kind.COLLEGE))
    fields.setdefault("secondary_major", major())
    fields.setdefault("college_major", major("college"))
    fields.setdefault("approval_document", "示例文号〔2026〕1号")
    fields.setdefault("approved_seats", 40)
    fields.setdefault("summary", "三年中职，两年高职。")
    fields.setdefault("who_may_apply", "今年的初中毕业生")
    fields.setdefault("journey", [("year", school_year()) for _year in range(5)])
    fields.setdefault("progression_criteria", "专业课和技能考核满40分")
    fields.setdefault("progression_failed", "拿到中职毕业证，就业或参加普通高职招生")
    website()
    parent = PathwayIndexPage.objects.first() or HomePage.objects.first().add_child(
        instance=PathwayIndexPage(title="3+2 贯通培养", slug="pathways")
    )
    page = PathwayPage(title=title or f"示例贯通{next(_number)}", slug=f"pathway-{next(_number)}", **fields)
    return parent.add_child(instance=page)


def school_year(**fields):
    """One year of a pathway's journey."""
    return {"place": "示例学校", "learning": "文化课和专业课", "tuition": 0} | fields


def pathway_intake(*, seats=30, program=None, **fields):
    """An open intake of a pathway; its one meeting is the day of reporting to school."""
    fields.setdefault("admission_rule", Intake.AdmissionRule.REVIEW)
    fields.setdefault("meetings", 1)
    return intake(program=program or pathway(), seats=seats, **fields)


def junior_school(**fields):
    """A junior middle school that sends graduates."""
    fields.setdefault("district", district())
    return JuniorSchool.objects.create(**{"name": f"示例初中{next(_number)}"} | fields)


def term(**fields):
    """The present term, without a limit unless told."""
    today = timezone.localdate()
    defaults = {
        "name": f"学期{next(_number)}",
        "starts_on": today - timedelta(days=60),
        "ends_on": today + timedelta(days=120),
    }
    return Term.objects.create(**defaults | fields)


def intake(*, seats=10, pools=None, starts_in=timedelta(days=14), meetings=2, **fields):
    """An open first-come intake with one open pool (or these pools) and weekly meetings of 90 minutes.

    `pools` is a list of dicts of SeatPool's fields.
    """
    now = timezone.now().replace(second=0, microsecond=0)
    defaults = {
        "code": f"TEST-{next(_number)}",
        "status": Intake.Status.PUBLISHED,
        "opens_at": now - timedelta(days=1),
        "closes_at": now + starts_in,
    }
    fields.setdefault("program", None)
    fields["program"] = fields["program"] or program()
    if "term" not in fields:
        fields["term"] = Term.objects.first() or term()
    made = Intake.objects.create(**defaults | fields)
    for pool in pools or [{"name": "公开名额", "capacity": seats}]:
        SeatPool.objects.create(intake=made, **pool)
    start = now + starts_in
    for week in range(meetings):
        begins = start + timedelta(weeks=week)
        ClassMeeting.objects.create(intake=made, starts_at=begins, ends_at=begins + timedelta(minutes=90))
    if meetings:
        last = start + timedelta(weeks=meetings - 1, minutes=90)
        weekday = 1 << timezone.localtime(start).weekday()
        Intake.objects.filter(pk=made.pk).update(
            starts_at=start,
            first_ends_at=start + timedelta(minutes=90),
            ends_at=last,
            weekdays=weekday,
            day_parts=1,
            meeting_count=meetings,
        )
    made.refresh_from_db()
    return made


def admission_round(*, seats=(1, 1), **fields):
    """An open lottery over one class for each number of seats; its `list_of_intakes` has them in order."""
    now = timezone.now().replace(second=0, microsecond=0)
    fields.setdefault("institution", Institution.objects.first() or institution())
    fields.setdefault("term", Term.objects.first() or term())
    opens, closes = now - timedelta(days=1), now + timedelta(days=5)
    times = {"opens_at": opens, "closes_at": closes, "results_at": closes + timedelta(days=2)}
    defaults = {"name": f"第{next(_number)}轮", "status": AdmissionRound.Status.PUBLISHED} | times
    made = AdmissionRound.objects.create(**defaults | fields)
    window = {"admission_rule": made.rule, "opens_at": made.opens_at, "closes_at": made.closes_at}
    own = [{"pools": one} if isinstance(one, list) else {"seats": one} for one in seats]
    made.list_of_intakes = [intake(round=made, term=made.term, **one, **window) for one in own]
    return made


def enroll(into, who=None, **options):
    """The learner (a new one unless given) enrolls through their own account; returns the enrollment."""
    who = who or learner()
    return enrollment.submit(intake=into, learner=who, by=who.account, **options)
