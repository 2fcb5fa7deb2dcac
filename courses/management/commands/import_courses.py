"""`manage.py import_courses FILE`: courses, intakes and meetings from a schedule file. See docs/importing.md."""

import dataclasses
import sys

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from courses.importing import mapping as mappings
from courses.importing import planning, reading, report, template, writing
from courses.models import CourseIndexPage

_NEEDED = ("code", "title", "weekdays", "opens")


class Command(BaseCommand):
    """Read a file, say what it would do, do it. Ends with status 1 when any row had errors."""

    help = "Imports courses with their intakes and meetings from a CSV or XLSX file."

    def add_arguments(self, parser):
        """The options, as `--help` shows them."""
        parser.add_argument("file", nargs="?", help="the schedule (.csv or .xlsx)")
        parser.add_argument("--mapping", default="plain", help="a TOML file, or a shipped one: plain, toronto")
        parser.add_argument("--column", action="append", default=[], metavar="OURS=THEIRS", help="one more column")
        parser.add_argument("--set", action="append", default=[], metavar="OURS=TEXT", help="one more default")
        parser.add_argument("--institution", help="name of the institution of all rows")
        parser.add_argument("--term", help="name of the term of all rows")
        parser.add_argument("--shift-days", type=int, default=0, help="move all dates by this number of days")
        parser.add_argument("--dry-run", action="store_true", help="only report, row by row")
        parser.add_argument("--all-or-nothing", action="store_true", help="write nothing when any row has errors")
        parser.add_argument("--template", metavar="FILE", help="write an empty table to fill in, and end")

    def handle(self, *args, **options):
        """Do what the options say."""
        if options["template"]:
            template.save(options["template"])
            self.stdout.write(_("Written: %(path)s") % {"path": options["template"]})
            return
        if not options["file"]:
            raise CommandError(_("Name the file to import, or --template to make an empty one."))
        plan, mapping = self._plan(options)
        refused = options["all_or_nothing"] and plan.problems
        if options["dry_run"] or options["verbosity"] > 1:
            self._lines(report.row_lines(plan))
        if not options["dry_run"] and not refused:
            plan.problems += self._write(plan, mapping)
        self._lines(report.problem_line(problem, mapping) for problem in plan.problems)
        self._lines(report.left_out_line(*pair) for pair in plan.left_out)
        self.stdout.write(report.totals(plan))
        if options["dry_run"]:
            self.stdout.write(_("Nothing was written: this was a dry run."))
        elif refused:
            self.stdout.write(_("Nothing was written, because some rows have errors."))
        if plan.problems:
            sys.exit(1)

    def _plan(self, options):
        """The plan for the file, and the mapping. Raises CommandError for what concerns the whole file."""
        if options["shift_days"] % 7:
            nearest = round(options["shift_days"] / 7) * 7
            raise CommandError(
                _("--shift-days must be a multiple of 7, so that weekdays stay: for example %(n)d.") % {"n": nearest}
            )
        if not CourseIndexPage.objects.exists():
            raise CommandError(_("Make the page “list of courses” first: courses stand below it."))
        try:
            mapping = _with_options(mappings.load(options["mapping"]), options)
            header, rows = reading.read(options["file"], header_row=mapping.header_row, sheet=mapping.sheet)
        except (mappings.MappingError, reading.FileError) as error:
            raise CommandError(str(error)) from None
        self._check_header(header, mapping)
        return planning.make(rows, mapping, planning.Known(shift_days=options["shift_days"])), mapping

    def _check_header(self, header, mapping):
        missing = {name: title for name, title in mapping.columns.items() if title not in header}
        for name in _NEEDED:
            if name not in mapping.columns and name not in mapping.defaults:
                missing[name] = name
        needed = [title for name, title in missing.items() if name in _NEEDED]
        if needed:
            raise CommandError(
                _("The file has no column %(missing)s. Its columns: %(all)s.")
                % {"missing": "、".join(needed), "all": "、".join(header)}
            )
        if missing:
            self.stdout.write(_("Columns that the file does not have: %(all)s.") % {"all": "、".join(missing.values())})

    def _write(self, plan, mapping):
        """Write the plan, showing how far it is: a line that grows on a terminal, else a line per thousand rows."""
        total = sum(len(item.entry.rows) for course in plan.courses for item in course.intakes)
        done, live = 0, self.stderr.isatty()

        def advance(rows):
            nonlocal done
            done, before = done + rows, done
            if live:
                filled = 30 * done // total
                bar = "#" * filled + "." * (30 - filled)
                self.stderr.write(f"\r[{bar}] {done}/{total}", ending="" if done < total else "\n")
            elif done // 1000 > before // 1000:
                self.stderr.write(f"{done}/{total}")

        return writing.write(plan, mapping, advance=advance)

    def _lines(self, lines):
        for line in lines:
            self.stdout.write(line)


def _with_options(mapping, options):
    """The mapping with what the command line adds to it."""
    columns, defaults = dict(mapping.columns), dict(mapping.defaults)
    columns |= dict(_pair(text) for text in options["column"])
    defaults |= dict(_pair(text) for text in options["set"])
    for name in ("institution", "term"):
        if options[name]:
            columns.pop(name, None)
            defaults[name] = options[name]
    changed = dataclasses.asdict(mapping) | {"columns": columns, "defaults": defaults}
    return mappings.parse(changed)


def _pair(text):
    name, sign, value = text.partition("=")
    if not sign:
        raise mappings.MappingError(_("Write %(text)s as OURS=THEIRS.") % {"text": text})
    return name.strip(), value.strip()
