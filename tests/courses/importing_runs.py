"""Runs of the import for tests: the command, files to give it, and all that it may write."""

import io

from django.core.management import call_command

from courses.models import (
    ClassMeeting,
    CommunityCoursePage,
    Intake,
    SeatPool,
)
from tests.courses import schedule_maker


def run(path, *options, mapping="toronto", status=0):
    """Run the command; returns what it says. `status` is the exit status that must come."""
    out, err = io.StringIO(), io.StringIO()
    arguments = ["import_courses", str(path), f"--mapping={mapping}", "--institution=塔河县社区教育学院", *options]
    ended = 0
    try:
        call_command(*arguments, stdout=out, stderr=err)
    except SystemExit as end:
        ended = end.code
    assert ended == status, out.getvalue()
    return out.getvalue()


def everything():
    """All that an import may write, to compare before and after."""
    return (
        list(CommunityCoursePage.objects.order_by("title").values_list("title", "slug", "summary", "category__name")),
        list(
            Intake.objects.order_by("code").values_list(
                "code", "program__title", "label", "opens_at", "closes_at", "starts_at", "ends_at", "weekdays",
                "day_parts", "meeting_count", "place", "min_age", "max_age", "fee", "term__name", "status",
            )
        ),
        list(ClassMeeting.objects.order_by("intake__code", "pk").values_list("intake__code", "starts_at", "ends_at")),
        list(SeatPool.objects.order_by("intake__code").values_list("intake__code", "name", "capacity")),
    )  # fmt: skip


def write(folder, rows, name="schedule.csv", **options):
    """A schedule file of these rows."""
    path = folder / name
    path.write_bytes(schedule_maker.as_csv(rows, **options))
    return path


OURS = {
    "课程名称": "中式烘焙入门", "简介": "学会做月饼。", "类别": "烘焙", "机构": "塔河县社区教育学院",
    "班次编号": "2026-1", "班次": "周三晚班", "星期": "周三", "开始时间": "19:00", "结束时间": "20:30",
    "第一次上课": "2026-03-04", "次数": "3",
    "名额": "2", "费用": "120", "最小年龄": "18", "最大年龄": "", "报名开始": "2026-02-20 09:30", "教师": "李老师",
}  # fmt: skip


def ours(folder, *rows, name="ours.csv"):
    """A file in our own shape: each row is OURS with changes."""
    lines = [",".join(OURS)] + [",".join((OURS | row).values()) for row in rows or [{}]]
    path = folder / name
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def run_ours(path, *options, status=0):
    """Import a file in our own shape."""
    return run(path, *options, mapping="plain", status=status)
