"""`manage.py load_sample`: sample content that makes the demo feel like a living site (courses/sample/).

All or nothing: it is one transaction. A second run does nothing and keeps the data; `--reset` starts over.
"""

import logging
from contextlib import contextmanager
from datetime import timedelta

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone
from wagtail.models import Page, Site

from accounts.models import Learner
from courses.models import CommunityCoursePage, CourseIndexPage, Enrollment
from courses.sample import (
    admission,
    answers,
    applying,
    attending,
    cohorts,
    enrolling,
    past,
    pathways,
    paying,
    people,
    programs,
    removal,
)
from courses.sample.dates import load_holidays
from home.identity import SiteIdentity
from home.pages import HomePage, NoticeIndexPage, NoticePage, PlainPage
from institutions import roles
from institutions.pages import InstitutionIndexPage, InstitutionPage
from partners.sample import candidates as candidates_sample
from partners.sample import loading as partners_sample


class Command(BaseCommand):
    """Makes institutions, pages, courses, people and enrollments, all marked as a sample."""

    help = "Load sample content, dated relative to today. Not in production."

    def add_arguments(self, parser):
        """The option --reset."""
        parser.add_argument("--reset", action="store_true", help="remove the sample and make it anew, dated from today")

    def handle(self, *, reset, **options):
        """Refuse production, keep what is there, or load."""
        if settings.PRODUCTION:
            raise CommandError("Sample content does not belong on a site in production.")
        if CommunityCoursePage.objects.filter(is_sample=True).exists() and not reset:
            self.stdout.write("The sample is there already; --reset makes it anew.")
            return
        with quiet("wagtail"), transaction.atomic():
            if reset:
                partners_sample.remove()
                removal.remove_sample()
            self.load()
        call_command("wagtail_update_index", verbosity=0)

    def load(self):
        """Everything, in the order in which one thing needs the other."""
        call_command("load_districts", stdout=self.stdout)
        institutions = programs.load_institutions()
        paying.load_policies(institutions)
        home = load_home()
        load_notices(home)
        load_institution_pages(home, institutions)
        index = home.add_child(instance=CourseIndexPage(show_in_menus=True, **programs.read("pages.toml")["courses"]))
        pathways.load(home, institutions)
        roles.make_groups()
        accounts = people.load_sign_ins(institutions)
        learners = people.load_residents()
        planned = self.load_courses(index, institutions)
        self.enroll(planned, learners, accounts["admin@example.org"])
        attending.attend(accounts["teacher@example.org"])
        past.set_back(planned)
        answers.load(judge=accounts["tahe@example.org"], clerk=accounts["admin@example.org"])
        admission.load(learners, staff=accounts["tahe@example.org"])
        applying.load(staff=accounts["admin@example.org"])
        cohorts.load()
        partners_sample.load(home, staff=accounts["admin@example.org"])
        roles.make_groups()  # Once more: the list of order programs is there now, and schools write in it.
        candidates_sample.load(staff=accounts["admin@example.org"])
        self.stdout.write(f"{len(planned)} classes, {Enrollment.objects.count()} enrollments.")

    def load_courses(self, index, institutions):
        """The courses with their pictures and intakes."""
        courses, holidays, planned = programs.read_courses(), load_holidays(timezone.localdate()), []
        for number, course in enumerate(courses, 1):
            planned += programs.load_course(course, parent=index, institutions=institutions, holidays=holidays)
            if number % 8 == 0:
                self.stdout.write(f"Courses {number}/{len(courses)}")
                self.stdout.flush()
        return planned

    def enroll(self, planned, learners, staff):
        """Residents into classes, those that began first."""
        names = [name for name, *_ in (*enrolling.STORIES, *enrolling.LATE_STORIES)]
        own = Learner.objects.filter(name__in=names, account__phone__in=people.OWN_PHONES).select_related("account")
        by_name = {learner.name: learner for learner in own}
        for number, plan in enumerate(sorted(planned, key=lambda plan: plan.intake.starts_at), 1):
            enrolling.fill(plan, learners=learners, people=by_name, staff=staff)
            if number % 15 == 0:
                self.stdout.write(f"Classes filled {number}/{len(planned)}")
                self.stdout.flush()


@contextmanager
def quiet(name):
    """Without the lines that this logger writes for every page made."""
    logger = logging.getLogger(name)
    before = logger.level
    logger.setLevel(logging.WARNING)
    try:
        yield
    finally:
        logger.setLevel(before)


def load_home():
    """The home page in place of Wagtail's welcome page, who runs the site, and the plain pages."""
    pages = programs.read("pages.toml")
    root = Page.objects.get(depth=1)
    site = Site.objects.filter(is_default_site=True).first()
    home = HomePage.objects.first() or root.add_child(instance=HomePage(slug="xuelin", **pages["home"]))
    if site is None:
        site = Site(hostname="localhost", is_default_site=True)
    welcome = site.root_page if site.root_page_id and site.root_page_id != home.pk else None
    site.root_page, site.site_name = home, settings.WAGTAIL_SITE_NAME
    site.save()
    # Only Wagtail's own empty page, never one that somebody made.
    if welcome and welcome.specific_class is Page:
        welcome.delete()
    SiteIdentity.objects.update_or_create(site=site, defaults=pages["identity"])
    load_plain_pages(home, pages["plain"])
    return home


def load_plain_pages(home, rows):
    """About, how to, privacy ...; two of them are doors of the home page."""
    for row in rows:
        page = PlainPage(
            title=row["title"],
            slug=row["slug"],
            lead=row["lead"],
            search_description=row.get("search_description", row["lead"]),
            body=body_of(row["body"]),
            in_footer=row.get("footer", False),
            show_in_menus=row.get("menu", False) or "door" in row,
        )
        publish(home, page)
        if "door" in row:
            setattr(home, f"{row['door']}_door", page)
    home.save_revision().publish()


def load_notices(home):
    """The list of notices and those in it, newest last."""
    pages = programs.read("pages.toml")
    index = publish(home, NoticeIndexPage(show_in_menus=True, **pages["notices"]))
    for row in sorted(pages["notice"], key=lambda row: -row["days_ago"]):
        fields = {name: row[name] for name in ("title", "slug", "summary")}
        date = timezone.localdate() - timedelta(days=row["days_ago"])
        publish(index, NoticePage(date=date, body=body_of(row["body"]), search_description=row["summary"], **fields))


def load_institution_pages(home, institutions):
    """The list of institutions and a page for each that offers something."""
    index = publish(home, InstitutionIndexPage(show_in_menus=True, **programs.read("pages.toml")["institutions"]))
    for row in programs.read("institutions.toml")["institutions"]:
        if "summary" not in row:
            continue
        page = InstitutionPage(
            title=row["name"],
            slug=row["key"],
            institution=institutions[row["key"]],
            summary=row["summary"],
            search_description=row["summary"],
            getting_there=row["getting_there"],
            body=body_of([["paragraph", f"<p>{row['about']}</p>"]]),
        )
        publish(index, page)


def publish(parent, page):
    """Put a page under its parent, with a first revision as the editor would leave it."""
    parent.add_child(instance=page)
    page.save_revision().publish()
    return page


def body_of(blocks):
    """The short form of pages.toml as StreamField data."""
    return [{"type": kind, "value": _value_of(kind, *values)} for kind, *values in blocks]


def _value_of(kind, *values):
    if kind == "callout":
        return {"kind": values[0], "text": values[1]}
    if kind == "steps":
        return {"steps": values[0]}
    if kind == "table":
        return {"data": values[0], "first_row_is_table_header": True, "first_col_is_header": True}
    return values[0]
