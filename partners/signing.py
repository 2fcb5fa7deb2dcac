"""Signing: a code goes to the signer's own phone or mailbox, and whoever enters it signs these very documents.

A code is kept as a hash, holds for ten minutes and five tries, and is good for one party and the documents that were
shown, so that a list of them is signed at once. How often one may be asked for is counted by the views
(accounts.limits). Signing twice, or two at once, makes one signature.
"""

import hashlib
import hmac
import secrets
from datetime import timedelta

from django.core.mail import send_mail
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.encryption import keyed_hash
from accounts.models import mask_phone
from accounts.signals import code_sms
from partners import agreement_messages as messages
from partners.agreements import Act, AgreementError, move, record, require_not_suspended, require_party
from partners.models import Agreement, Party, Signature, SignCode
from partners.states import AgreementState

LASTS = timedelta(minutes=10)
MOST_TRIES = 5
Channel = Signature.Channel


class CodeError(AgreementError):
    """The code does not match, is too old, or was tried too often."""


def subject_of(agreements, party):
    """Names party and documents: a code for these is good for no others."""
    marks = sorted(f"{one.document.reference}:{one.document.sha256}" for one in agreements)
    return hashlib.sha256("\n".join([str(party), *marks]).encode()).hexdigest()


def target_of(agreements, party, account):
    """Where the code goes, as (channel, address): a learner's own phone where an account acts for them, else its own.

    Raises AgreementError when the account has neither a confirmed phone nor a confirmed mailbox.
    """
    if party == Party.LEARNER:
        learner = agreements[0].enrollment.learner
        if learner.relation != "self" and learner.phone:
            return Channel.SMS, learner.phone
    if account.phone and account.phone_verified:
        return Channel.SMS, account.phone
    confirmed = account.emailaddress_set.filter(email__iexact=account.email or "", verified=True).exists()
    if account.email and (confirmed or account.is_staff):  # Staff sign in with it and a password.
        return Channel.EMAIL, account.email
    raise AgreementError(_("Confirm a phone number in your account first: the code for signing goes there."))


def _masked(channel, address):
    if channel == Channel.SMS:
        return mask_phone(address)
    name, _at, host = address.partition("@")
    return f"{name[:1]}***@{host}"


def unsigned(agreements, party, account):
    """Those of the agreements that wait for the account's signature as this party; AgreementError when it may not."""
    for one in agreements:
        require_party(one, party, account)
    return [one for one in agreements if party not in one.signed]


def send_code(agreements, *, party, by):
    """Send a code for signing these agreements as a party. Returns where it went, masked; "" when all are signed."""
    waiting = unsigned(agreements, party, by)
    if not waiting:
        return ""
    for one in waiting:
        _require_open(one)
    channel, address = target_of(waiting, party, by)
    code = f"{secrets.randbelow(10**6):06}"
    sent_to, subject = _masked(channel, address), subject_of(waiting, party)
    SignCode.objects.create(
        account=by,
        subject=subject,
        code_hash=_hash(by, subject, code),
        channel=channel,
        sent_to=sent_to,
    )
    _send(channel, address, code, waiting)
    return sent_to


def _hash(account, subject, code):
    return keyed_hash(f"sign:{account.pk}:{subject}:{code}")


def _send(channel, address, code, agreements):
    words = {"code": code, "reference": agreements[0].reference, "n": len(agreements)}
    text = _("%(code)s signs the agreement %(reference)s, valid for 10 minutes. Never tell it to anybody.")
    if len(agreements) > 1:
        text = _("%(code)s signs %(n)d agreements, valid for 10 minutes. Never tell it to anybody.")
    if channel == Channel.SMS:
        code_sms.send(sender=SignCode, to=address, text=text % words)
    else:
        send_mail(_("Your code for signing"), text % words, None, [address])


def _require_open(agreement):
    if agreement.state != AgreementState.OPEN:
        words = {"reference": agreement.reference, "state": agreement.get_state_display()}
        raise AgreementError(_("%(reference)s cannot be signed: it is %(state)s.") % words)
    if agreement.document.hashed() != agreement.document.sha256:
        raise AgreementError(_("The text is not what was made. Please tell the school."))
    require_not_suspended(agreement.order.enterprise)


def sign(agreements, *, party, code, by, name=""):
    """Sign agreements as a party with the code that was sent. Returns those that are signed, as they are now.

    `name` is who signs for an enterprise or a school. Raises CodeError or AgreementError; then nothing is signed.
    """
    waiting = unsigned(agreements, party, by)
    if waiting:
        name = " ".join(name.split())[:60]
        if party in (Party.ENTERPRISE, Party.INSTITUTION) and not name:
            raise AgreementError(_("Enter your name: it stands beside the signature."))
        try:
            sent = _check(waiting, party, code, by)
        except CodeError:
            if unsigned(agreements, party, by):
                raise
            # Tapped twice: the code is used up because the first tap has signed.
            return _as_they_are(agreements)
        with transaction.atomic():
            keys = [one.pk for one in waiting]
            list(Agreement.objects.select_for_update().filter(pk__in=keys).order_by("pk").values_list("pk"))
            for one in Agreement.objects.with_all().filter(pk__in=keys).order_by("pk"):
                if party not in one.signed:
                    _sign(one, party, sent, by, name)
            SignCode.objects.filter(pk=sent.pk, used_at=None).update(used_at=timezone.now())
    return _as_they_are(agreements)


def _as_they_are(agreements):
    return list(Agreement.objects.with_all().filter(pk__in=[one.pk for one in agreements]).order_by("pk"))


def _check(agreements, party, code, account):
    """The newest code for these documents, when this is it; each try counts, and is kept whatever follows."""
    subject = subject_of(agreements, party)
    mine = SignCode.objects.filter(account=account, subject=subject, used_at=None)
    sent = mine.filter(sent_at__gt=timezone.now() - LASTS).order_by("-pk").first()
    if sent is None:
        raise CodeError(_("This code is no longer valid. Ask for a new one."))
    # Counted before it is compared: two at once have no try more.
    if not SignCode.objects.filter(pk=sent.pk, attempts__lt=MOST_TRIES).update(attempts=F("attempts") + 1):
        raise CodeError(_("That was too often wrong. Please ask for a new code."))
    if not hmac.compare_digest(_hash(account, subject, "".join(code.split())), sent.code_hash):
        raise CodeError(_("The code does not match. Compare it with the newest message and enter all six digits."))
    return sent


def _sign(agreement, party, sent, by, name):
    _require_open(agreement)
    names = {Party.LEARNER: agreement.enrollment.learner.name, Party.GUARDIAN: agreement.guardian_name}
    Signature.objects.create(
        agreement=agreement,
        party=party,
        account=by,
        name=names.get(party, name),
        sha256=agreement.document.sha256,
        channel=sent.channel,
        sent_to=sent.sent_to,
    )
    record(agreement, Act.SIGNED, by=by, party=party)
    agreement._prefetched_objects_cache.clear()
    if not agreement.missing:
        fields = {"in_force_at": timezone.now()}
        event = move(agreement, AgreementState.IN_FORCE, act=Act.IN_FORCE, by=None, fields=fields)
        messages.tell_all(agreement, "agreement_in_force", occasion=event.pk)


def forget_old(now=None):
    """Remove codes that are long over (a daily job); returns how many."""
    return SignCode.objects.filter(sent_at__lt=(now or timezone.now()) - timedelta(days=7)).delete()[0]
