"""Make a plan so: every course in one transaction, its page with all its intakes, or nothing of it."""

import logging
from contextlib import contextmanager

from django.db import IntegrityError, transaction
from django.db.models.signals import post_save
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _
from pypinyin import lazy_pinyin
from wagtail.models import ReferenceIndex
from wagtail.search import index as search_index
from wagtail.search.signal_handlers import post_save_signal_handler
from wagtail.signal_handlers import disable_reference_index_auto_update

from courses import schedule
from courses.importing import planning, rows
from courses.models import Category, ClassMeeting, CommunityCoursePage, CourseIndexPage, Intake, SeatPool


class CannotWrite(Exception):
    """A course could not be written, because the site changed meanwhile; nothing of it was."""


class Stopped(Exception):
    """Raised by `before`: nothing more shall be written."""


def write(plan, mapping, *, advance=lambda rows: None, before=lambda course: True):
    """Write all courses of a plan; returns the problems of those that could not be written.

    `before` is called inside the transaction of each course: what it notes is kept with the course or not at all, and
    when it answers False the course is left alone. `advance` is called after each course with the number of rows done.
    """
    _make_categories(plan)
    parent, problems = CourseIndexPage.objects.first(), []
    with _indexing_here():
        for course in plan.courses:
            try:
                with transaction.atomic():
                    if before(course):
                        _write_course(course, mapping, parent)
            except Stopped:
                break
            except (IntegrityError, CannotWrite) as error:
                # The copy of the parent counts its children in memory: read it again after a rollback.
                parent = CourseIndexPage.objects.first()
                problems.append(_not_written(course, error))
            advance(sum(len(item.entry.rows) for item in course.intakes))
    return problems


def _not_written(course, error):
    message = _("Not written, the site changed meanwhile: %(error)s. Run the import again.") % {"error": error}
    return rows.Problem(course.intakes[0].entry.rows[0], "", course.title, message)


def _make_categories(plan):
    """Store the new categories that the courses to be written name."""
    for course in plan.courses:
        category = course.intakes[0].entry.program["category"]
        if category is not None and category.pk is None:
            base = slugify(" ".join(lazy_pinyin(category.name))) or "category"
            taken = set(Category.objects.filter(slug__startswith=base).values_list("slug", flat=True))
            names = [base, *(f"{base}-{number}" for number in range(2, len(taken) + 3))]
            category.slug = next(name for name in names if name not in taken)
            category.save()


def _write_course(course, mapping, parent):
    program_id = course.program_id or _make_page(course, parent).pk
    new = [item for item in course.intakes if item.action == planning.CREATE]
    _create(new, program_id, mapping)
    for item in course.intakes:
        if item.action == planning.CHANGE:
            _change(item, program_id)


def _make_page(course, parent):
    """The course's page, below the list of courses; live when any of its intakes is."""
    first = course.intakes[0].entry
    live = any(item.entry.status == Intake.Status.PUBLISHED for item in course.intakes)
    now = timezone.now()
    fields = {name: value for name, value in first.program.items() if value is not None}
    page = CommunityCoursePage(title=course.title, institution=course.institution, live=live, **fields)
    if live:
        page.first_published_at = page.last_published_at = now
    page.has_unpublished_changes = not live
    parent.add_child(instance=page)
    search_index.insert_or_update_object(page)
    ReferenceIndex.create_or_update_for_object(page)
    return page


def _create(plans, program_id, mapping):
    """New intakes with their pools and meetings: three statements however many they are."""
    intakes = [
        Intake(
            program_id=program_id,
            code=item.entry.code,
            status=item.entry.status,
            **item.entry.values,
            **schedule.summary(item.entry.meetings),
        )
        for item in plans
    ]
    Intake.objects.bulk_create(intakes)
    pairs = list(zip(intakes, plans, strict=True))
    SeatPool.objects.bulk_create(
        SeatPool(intake=intake, name=mapping.pool, capacity=item.entry.capacity) for intake, item in pairs
    )
    ClassMeeting.objects.bulk_create(
        ClassMeeting(intake=intake, starts_at=start, ends_at=end)
        for intake, item in pairs
        for start, end in item.entry.meetings
    )


def _change(item, program_id):
    """Change a stored intake; more seats go to those who wait."""
    from courses.enrollment import promote

    intake = item.intake
    values = {name: new for name, (_old, new) in item.changes.items() if name != "program"}
    Intake.objects.filter(pk=intake.pk).update(program_id=program_id, updated_at=timezone.now(), **values)
    if item.meetings:
        schedule.reschedule(intake, item.entry.meetings, keep_begun=item.had_people)
    if item.capacity:
        pools = SeatPool.objects.filter(intake=intake, seats_taken__lte=item.entry.capacity)
        if not pools.update(capacity=item.entry.capacity):
            raise CannotWrite(_("seats were taken"))
        promote(intake)


@contextmanager
def _indexing_here():
    """Let this command keep Wagtail's search and reference indexes itself, within each course's transaction.

    By default both are tasks: a thousand courses would be two thousand tasks in the worker's way, and until it has
    done them nobody would find the courses.
    """
    logger = logging.getLogger("wagtail")
    level = logger.level
    logger.setLevel(logging.WARNING)  # "Page created: ..." a thousand times would hide the report.
    post_save.disconnect(post_save_signal_handler, sender=CommunityCoursePage)
    try:
        with disable_reference_index_auto_update():
            yield
    finally:
        post_save.connect(post_save_signal_handler, sender=CommunityCoursePage)
        logger.setLevel(level)
