"""A table of the exam office that staff send: kept encrypted, its columns chosen, checked, then written as a whole.

Checking writes nothing. Writing is one transaction, under a lock on the import: all rows that fit, or none. A worker
that dies leaves nothing half done, and another begins anew (courses/background.py).
"""

import hashlib
import json
from datetime import timedelta

from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django_tasks import task

from accounts.encryption import decrypt_bytes, encrypt_bytes
from courses import background
from courses.applying import messages, ranking
from courses.importing.reading import FileError
from courses.models import AdmissionRound, ExamImport, ExamImportLine, Interest, PathwayApplication, SchoolRecord
from courses.scores import columns, planning, reading

LARGEST = 8 * 2**20
MOST_ROWS = 30_000
AT_ONCE = 400  # rows that are checked while the browser waits
KEPT = timedelta(days=30)
_TROUBLE = 400  # characters of what is said about a file as a whole
State = ExamImport.State


def receive(*, by, kind, institution, round, name, data):
    """Keep a file with the columns that fit it best. Raises FileError."""
    if len(data) > LARGEST:
        raise FileError(_("The file is larger than %(n)d MB. Send it in parts.") % {"n": LARGEST // 2**20})
    names = columns.asked(kind, round)
    table = reading.read(data, name=name, known=columns.KNOWN | {subject.lower() for subject in names})
    if not table.rows:
        raise FileError(_("The table has no rows below its titles."))
    if len(table.rows) > MOST_ROWS:
        text = _("The table has %(rows)d rows; %(most)d are possible. Send it in parts.")
        raise FileError(text % {"rows": len(table.rows), "most": MOST_ROWS})
    work = ExamImport(
        by=by,
        kind=kind,
        institution=institution,
        round=round,
        language=translation.get_language(),
        state=State.COLUMNS,
        total=len(table.rows),
        file_name=name[-200:],
        content=encrypt_bytes(data),
        header_row=table.header_row,
        header=table.titles,
        signature=hashlib.sha256(json.dumps(sorted(table.titles), ensure_ascii=False).encode()).hexdigest(),
    )
    work.mapping = columns.remembered(work) or columns.guess(names, table.titles)
    work.trouble = _lacking(names, work)
    work.save(force_insert=True)
    return work


def _lacking(names, work):
    """Which columns were not found, with what was read and what to do about it; empty when all are there."""
    absent = [str(names[name]) for name in names if name not in work.mapping]
    if not absent:
        return ""
    text = _(
        "These columns were not found: %(absent)s. The titles of row %(row)d are: %(titles)s. Choose the columns "
        "below; if the titles look like nonsense, save the file as an Excel workbook (.xlsx) and send it again."
    )
    titles = _(", ").join(work.header)[:160]
    return (text % {"absent": _(", ").join(absent), "row": work.header_row, "titles": titles})[:_TROUBLE]


def choose(work, mapping):
    """Keep the chosen columns and check the table: at once when it is short, else in the background.

    Whoever was slower than the writing changes nothing.
    """
    waiting = ExamImport.objects.filter(pk=work.pk, state__in=(State.COLUMNS, State.CHECKED))
    values = {"mapping": mapping, "state": State.CHECKING, "trouble": "", "done": 0, "touched_at": timezone.now()}
    if not waiting.update(**values):
        return
    if work.total <= AT_ONCE:
        _check(work.pk)
    else:
        run.enqueue(work.pk)


def start(work):
    """Write what fits, in the background. Returns whether it was waiting for that."""
    waiting = ExamImport.objects.filter(pk=work.pk, state=State.CHECKED)
    if not waiting.update(state=State.WORKING, done=0, touched_at=timezone.now()):
        return False
    run.enqueue(work.pk)
    return True


@task()
def run(pk):
    """Do what the import waits for: the check, or the writing."""
    state = ExamImport.objects.filter(pk=pk).values_list("state", flat=True).first()
    if state == State.CHECKING:
        _check(pk)
    elif state == State.WORKING:
        _write(pk)


background.register(ExamImport, run)


def _plan(work):
    """The plan for the file; while it is made, the row says how far it is."""
    data = decrypt_bytes(work.content)
    table = reading.read(data, name=work.file_name, known=columns.KNOWN, header_row=work.header_row)

    def progress(done):
        ExamImport.objects.filter(pk=work.pk).update(done=done, touched_at=timezone.now())

    return planning.make(work, table, progress=progress)


def _check(pk):
    """Put down what would become of each row."""
    work = ExamImport.objects.select_related("round", "institution").get(pk=pk)
    with translation.override(work.language):
        try:
            if work.round and not _may_write(work.round):
                raise FileError(_("The list of this round is closed: scores can no longer be changed."))
            plan = _plan(work)
        except FileError as error:
            ExamImport.objects.filter(pk=pk).update(state=State.COLUMNS, trouble=str(error)[:_TROUBLE])
            return
    with transaction.atomic():
        if _locked(pk, State.CHECKING):
            _put_down(pk, plan, State.CHECKED)


def _may_write(round):
    return ranking.open_rounds(AdmissionRound.objects.filter(pk=round.pk)).exists()


def _locked(pk, state):
    waiting = ExamImport.objects.select_for_update(of=("self",)).filter(pk=pk, state=state).light()
    return waiting.order_by().first()


def _put_down(pk, plan, state):
    """The lines of a plan in place of those before."""
    ExamImportLine.objects.filter(of=pk).delete()
    lines = [
        ExamImportLine(of_id=pk, row=number, outcome=outcome, words=words)
        for number, (outcome, words) in plan.lines.items()
    ]
    ExamImportLine.objects.bulk_create(lines, batch_size=1000)
    values = {"state": state, "counts": planning.counts(plan), "touched_at": timezone.now()}
    ExamImport.objects.filter(pk=pk).update(**values)


def _write(pk):
    """Write all that fits, in one transaction. The plan is made anew: the site may have changed since the check."""
    work = ExamImport.objects.select_related("round", "institution").get(pk=pk)
    with translation.override(work.language), transaction.atomic():
        if not _locked(pk, State.WORKING):
            return
        if work.round and not _may_write(work.round):
            trouble = _("The list of this round is closed: scores can no longer be changed.")
            ExamImport.objects.filter(pk=pk).update(state=State.CHECKED, trouble=trouble)
            return
        plan = _plan(work)
        write = _write_results if work.kind == ExamImport.Kind.RESULTS else _write_scores
        write(work, plan.writes)
        _put_down(pk, plan, State.DONE)
        finished = {"content": b"", "done": work.total, "finished_at": timezone.now(), "trouble": ""}
        ExamImport.objects.filter(pk=pk).update(**finished)


def _write_scores(work, writes):
    """Official scores into the school records, and from there into the marks of the rounds that are still open."""
    now, records = timezone.now(), []
    for record, scores in writes:
        record.official_scores, record.official_at = scores, now
        records.append(record)
    SchoolRecord.objects.bulk_update(records, ["official_scores", "official_at"], batch_size=500)
    learners = [record.learner_id for record in records]
    rounds = AdmissionRound.objects.filter(entries__learner__in=learners, entries__withdrawn_at=None)
    for round in ranking.open_rounds(rounds).distinct().order_by("pk"):
        ranking.fill(round, learners=learners)
    applications = PathwayApplication.objects.filter(round=work.round, learner__in=learners, entry__withdrawn_at=None)
    for application in applications.exclude(entry=None).select_related("round", "learner", "account"):
        messages.tell(application, "scored", occasion=work.pk)


def _write_results(work, writes):
    """What the official channel decided, told to each family."""
    now = timezone.now()
    for interest, (outcome, pathway) in writes:
        interest.outcome, interest.admitted_to, interest.outcome_at = outcome, pathway, now
    interests = [interest for interest, _what in writes]
    Interest.objects.bulk_update(interests, ["outcome", "admitted_to", "outcome_at"], batch_size=500)
    for interest in interests:
        messages.tell_interest(interest, interest.outcome)


def forget_old(now=None):
    """Empty files that were never written, and take away the lines about people, a month later; a daily job."""
    old = ExamImport.objects.filter(touched_at__lt=(now or timezone.now()) - KEPT)
    ExamImportLine.objects.filter(of__in=old.values("pk")).delete()
    old.exclude(state=State.DONE).update(state=State.DONE, content=b"", finished_at=now or timezone.now())
