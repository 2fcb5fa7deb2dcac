"""One line makes what a story of agreements needs: `enrolled()`, `agreement()`, `in_force()`, `in_training()`."""

import re
from contextlib import contextmanager
from datetime import timedelta

from django.contrib.auth.models import Permission
from django.core import mail
from django.utils import timezone

from accounts.signals import code_sms
from courses import enrollment, schedule
from institutions.models import Staff
from partners import agreements, candidates, signing, training
from partners.models import Agreement, AgreementFlag, Party
from tests import factories
from tests.partners import making


def school_manager(page):
    """An account that makes and signs agreements for the school of an order program."""
    account = factories.account(is_staff=True, name="陈校长")
    Staff.objects.create(account=account, institution=page.institution)
    names = [f"{act}_agreement" for act in ("view", "add", "change")]
    names += [f"{act}_agreementflag" for act in ("view", "change")]
    account.user_permissions.set(Permission.objects.filter(codename__in=names))
    return account


def enrolled(page=None, who=None):
    """A learner whom the enterprise accepted, and who has confirmed the seat; its `page` is the order program."""
    made = making.candidate(page, who=who)
    page = made.page
    candidates.accept(made, feedback="欢迎。", by=making.owner_of(page.order.enterprise))
    made.enrollment.refresh_from_db()
    row = enrollment.confirm(made.enrollment, by=made.enrollment.account)
    row.page = page
    return row


def agreement(page=None, who=None):
    """The agreement of such a learner, signed by nobody; with its `page` and the school's `manager`."""
    row = enrolled(page, who)
    manager = school_manager(row.page)
    made = agreements.make(row, by=manager)
    return _with(Agreement.objects.with_all().get(pk=made.pk), row.page, manager)


def _with(agreement, page, manager):
    agreement.page, agreement.manager = page, manager
    return agreement


def objects_of(institution):
    """What addresses of the admin name of one institution (tests/admin_walk.py): an agreement, its class, a flag."""
    made = agreement(making.order_program(institution=institution))
    flag = AgreementFlag.objects.create(agreement=made, kind="below", subject="2026-11", text="少发")
    names = {"agreement pk": made.pk, "agreement kind": "pdf", "agreement order_pk": made.order_id}
    return names | {"agreement_flag pk": flag.pk}


@contextmanager
def codes():
    """What was sent meanwhile, as (to, code): by SMS and by e-mail."""
    found = []

    def take(sender, to, text, **_signal):
        if code := re.search(r"\d{6}", text):
            found.append((to, code[0]))

    code_sms.connect(take, weak=False)
    before = len(mail.outbox)
    try:
        yield found
    finally:
        code_sms.disconnect(take)
        found += [(one.to[0], re.search(r"\d{6}", one.body)[0]) for one in mail.outbox[before:]]


def code_for(agreements, party, by):
    """Ask for the code and read it."""
    with codes() as sent:
        signing.send_code(agreements, party=party, by=by)
    return sent[-1][1]


def signer(agreement, party):
    """Who signs as a party."""
    accounts = {
        Party.LEARNER: agreement.enrollment.account,
        Party.GUARDIAN: agreement.enrollment.account,
        Party.ENTERPRISE: making.owner_of(agreement.order.enterprise),
        Party.INSTITUTION: agreement.manager,
    }
    return accounts[party]


def sign(agreement, party, by=None):
    """Sign as a party."""
    by = by or signer(agreement, party)
    code = code_for([agreement], party, by)
    (after,) = signing.sign([agreement], party=party, code=code, by=by, name="王经理")
    return _with(after, agreement.page, agreement.manager)


def in_force(page=None, who=None):
    """An agreement that all have signed."""
    made = agreement(page, who)
    for party in made.parties:
        made = sign(made, party)
    return made


def in_training(page=None, *, began=timedelta(days=40), ends=timedelta(days=20), count=1):
    """The agreements of a class that began some days ago and ends in some days (negative: has ended)."""
    page = page or making.order_program()
    rows = [in_force(page) for _turn in range(count)]
    return train(page, rows[0].manager, began=began, ends=ends)


def train(page, manager, *, began, ends):
    """Begin the training of a class whose agreements all are in force, as if some days ago."""
    training.begin_training(page.order, by=manager)
    return move_back(None, page, began=began, ends=ends, manager=manager)


def move_back(one, page, *, began, ends, manager=None):
    """Let a class have begun some days ago; returns its agreements, or the one that is given, as they are then."""
    now = timezone.now()
    first, last = page.intake.meetings.order_by("starts_at")
    for meeting, at in ((first, now - began), (last, now + ends)):
        meeting.starts_at, meeting.ends_at = at, at + timedelta(minutes=1)
        meeting.save()
    schedule.refresh(page.intake)
    Agreement.objects.filter(order=page.order).update(in_force_at=now - began - timedelta(days=5))
    page.order.refresh_from_db()
    if one is not None:
        return _with(Agreement.objects.with_all().get(pk=one.pk), page, manager)
    return [_with(one, page, manager) for one in Agreement.objects.filter(order=page.order).with_all().order_by("pk")]
