"""Tripartite agreements: made, signed by all with codes, replaced, withdrawn, ended."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone, translation

from accounts.models import Learner
from courses import enrollment
from notifications.models import Message
from partners import agreement_texts as texts
from partners import agreements, enterprises, signing
from partners.agreements import AgreementError
from partners.models import (
    Agreement,
    AgreementDocument,
    AgreementEvent,
    AgreementFlag,
    AgreementTemplate,
    PartnerSettings,
    Party,
    Signature,
    SignCode,
)
from partners.states import AgreementState
from tests import factories
from tests.partners import agreeing, making

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _in_english():
    """The refusals are read in the words of the code."""
    with translation.override("en"):
        yield


GUARDIAN = {"guardian_name": "林建国", "guardian_phone": "13700002222"}


def born(years):
    """The birth date of somebody who turned so old a month ago."""
    return timezone.localdate() - timedelta(days=round(365.25 * years) + 30)


def test_an_agreement_keeps_its_text_whatever_the_template_says_later():
    one = agreeing.agreement()
    document = one.document
    assert one.enrollment.learner.name in document.body
    assert "每月3300元" in document.body
    assert "12个月" in document.body
    assert "提前离开不收任何费用" in document.body
    assert "{" not in document.body
    texts.add_version(title="新协议", body=texts.BODY + "\n新条款。", note="补充", by=factories.account())
    assert AgreementDocument.objects.get(pk=document.pk).hashed() == document.sha256
    assert texts.current().number == 2
    after = agreements.void(one, reason="条款更新了", by=one.manager)
    one.refresh_from_db()
    assert one.state == AgreementState.VOID
    assert "新条款" in after.document.body
    assert after.is_open
    assert agreements.make(one.enrollment, by=one.manager) == after  # Asked twice, there is one.
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE partners_agreementdocument SET body = 'x'")


def test_a_template_with_an_unknown_or_without_a_binding_placeholder_is_refused():
    with pytest.raises(texts.TemplateError) as refused:
        texts.check("{learner} {salary} {breach} {")
    said = " ".join(refused.value.messages)
    assert "{salary}" in said
    assert "{guardian}" in said
    assert "{breach}" not in said
    assert len(refused.value.messages) > 5
    assert "林小满" in texts.preview("{learner} {salary}")


def test_of_two_versions_at_once_the_second_is_asked_to_look_again(monkeypatch):
    assert texts.current().body == texts.BODY
    assert not AgreementTemplate.objects.exists()  # Looking keeps nothing.
    new = {"title": "新协议", "body": texts.BODY, "note": "补充", "by": factories.account()}
    seen = texts.kept()
    assert texts.add_version(**new).number == 2
    monkeypatch.setattr(texts, "kept", lambda: seen)
    with pytest.raises(texts.TemplateError, match="Somebody else"):
        texts.add_version(**new)


def test_all_sign_in_any_order_and_only_then_is_it_in_force():
    one = agreeing.agreement()
    for party in (Party.INSTITUTION, Party.LEARNER):
        one = agreeing.sign(one, party)
        assert one.is_open
    assert [str(text) for text in agreements.what_is_missing(one.order)] == [
        f"{one.enrollment.learner.name}: not signed by enterprise."
    ]
    one = agreeing.sign(one, Party.ENTERPRISE)
    assert one.is_in_force
    assert not list(agreements.what_is_missing(one.order))
    signature = one.signed[Party.LEARNER]
    assert (signature.sha256, signature.account) == (one.document.hashed(), one.enrollment.account)
    assert signature.channel == "sms"
    assert "****" in signature.sent_to
    told = Message.objects.filter(kind="agreement_in_force")
    assert {one.enrollment.account, making.owner_of(one.order.enterprise)} <= {message.account for message in told}
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM partners_signature")


def test_signing_twice_is_signing_once_and_a_code_signs_what_it_was_sent_for():
    page = making.order_program()
    one, other = agreeing.agreement(page), agreeing.agreement(page)
    owner = making.owner_of(page.order.enterprise)
    code = agreeing.code_for([one], Party.ENTERPRISE, owner)
    with pytest.raises(signing.CodeError):
        signing.sign([one, other], party=Party.ENTERPRISE, code=code, by=owner, name="王")
    signing.sign([one], party=Party.ENTERPRISE, code=code, by=owner, name="王")
    fresh = Agreement.objects.with_all().get(pk=one.pk)
    signing.sign([fresh], party=Party.ENTERPRISE, code=code, by=owner, name="王")
    assert Signature.objects.filter(agreement=one).count() == 1
    assert signing.send_code([fresh], party=Party.ENTERPRISE, by=owner) == ""
    assert not Signature.objects.filter(agreement=other).exists()
    with pytest.raises(IntegrityError), transaction.atomic():
        Signature.objects.create(agreement=one, party=Party.ENTERPRISE, account=owner, name="x", sha256="x")
    both = [*Agreement.objects.with_all().filter(pk=other.pk), agreeing.agreement(page)]
    code = agreeing.code_for(both, Party.ENTERPRISE, owner)
    assert len(signing.sign(both, party=Party.ENTERPRISE, code=code, by=owner, name="王")) == 2


def test_a_code_holds_for_five_tries_and_ten_minutes():
    one = agreeing.agreement()
    by = one.enrollment.account
    code = agreeing.code_for([one], Party.LEARNER, by)
    wrong = f"{(int(code) + 1) % 10**6:06}"
    for _turn in range(signing.MOST_TRIES):
        with pytest.raises(signing.CodeError):
            signing.sign([one], party=Party.LEARNER, code=wrong, by=by)
    with pytest.raises(signing.CodeError, match="too often"):
        signing.sign([one], party=Party.LEARNER, code=code, by=by)
    code = agreeing.code_for([one], Party.LEARNER, by)
    SignCode.objects.update(sent_at=timezone.now() - timedelta(minutes=11))
    with pytest.raises(signing.CodeError, match="no longer valid"):
        signing.sign([one], party=Party.LEARNER, code=code, by=by)
    assert code not in str(SignCode.objects.values())
    assert not one.signatures.exists()
    assert signing.forget_old(timezone.now() + timedelta(days=8)) == 2


def test_nobody_signs_for_another_party():
    one = agreeing.agreement()
    learner, owner = one.enrollment.account, making.owner_of(one.order.enterprise)
    viewer = making.member(one.order.enterprise, "viewer")
    other_school = agreeing.school_manager(making.order_program())
    wrong = [
        *((Party.LEARNER, who) for who in (owner, one.manager, viewer, factories.account())),
        *((Party.ENTERPRISE, who) for who in (learner, one.manager, viewer, other_school)),
        *((Party.INSTITUTION, who) for who in (learner, owner, other_school, making.staff_of(one.page))),
        (Party.GUARDIAN, learner),
    ]
    for party, who in wrong:
        with pytest.raises(AgreementError):
            signing.send_code([one], party=party, by=who)
    assert not SignCode.objects.exists()


def test_nothing_comes_into_force_with_a_suspended_enterprise():
    page = making.order_program()
    row, one = agreeing.enrolled(page), agreeing.agreement(page)
    page.manager = one.manager
    for party in (Party.LEARNER, Party.ENTERPRISE):
        one = agreeing.sign(one, party)
    code = agreeing.code_for([one], Party.INSTITUTION, one.manager)
    enterprises.suspend(page.order.enterprise, by=factories.account(), note="停业整顿。")
    one = Agreement.objects.with_all().get(pk=one.pk)

    for act in (
        lambda: signing.sign([one], party=Party.INSTITUTION, code=code, by=page.manager, name="陈校长"),
        lambda: signing.send_code([one], party=Party.INSTITUTION, by=page.manager),
        lambda: agreements.make(row, by=page.manager),
    ):
        with pytest.raises(AgreementError, match="suspended"):
            act()
    page.order.refresh_from_db()
    assert "suspended" in next(iter(agreements.what_is_missing(page.order)))
    assert Agreement.objects.get(pk=one.pk).is_open
    assert agreements.is_party(one, Party.LEARNER, one.enrollment.account)
    agreements.withdraw(one, party=Party.LEARNER, reason="不去了", by=one.enrollment.account)


def test_under_18_a_guardian_signs_too_and_under_16_nobody():
    page = making.order_program()
    alone = factories.learner(relation=Learner.Relation.SELF, birth_date=born(17), **GUARDIAN)
    row = agreeing.enrolled(page, alone)
    Learner.objects.filter(pk=alone.pk).update(guardian_name="", guardian_phone="")
    manager = agreeing.school_manager(page)
    with pytest.raises(AgreementError, match="guardian"):
        agreements.make(row, by=manager)
    alone.guardian_name, alone.guardian_phone = "林建国", alone.account.phone
    alone.save()
    with pytest.raises(AgreementError, match="of their own"):
        agreements.make(row, by=manager)
    father = factories.account()
    alone.guardian_phone = father.phone
    alone.save()
    one = agreements.make(row, by=manager)
    one = Agreement.objects.with_all().get(pk=one.pk)
    one.page, one.manager = page, manager
    assert "林建国" in one.document.body
    assert Message.objects.filter(account=father, kind="agreement_for_guardian").exists()
    for party in (Party.LEARNER, Party.ENTERPRISE, Party.INSTITUTION):
        one = agreeing.sign(one, party)
    assert one.missing == [Party.GUARDIAN]
    with pytest.raises(AgreementError):
        signing.send_code([one], party=Party.GUARDIAN, by=row.account)
    one = agreeing.sign(one, Party.GUARDIAN, by=father)
    assert one.is_in_force
    assert one.signed[Party.GUARDIAN].name == "林建国"

    young = agreeing.enrolled(page, factories.learner(birth_date=born(16), **GUARDIAN))
    Learner.objects.filter(pk=young.learner_id).update(birth_date=born(15))
    made, problems = agreements.make_all(page.order, by=manager)
    assert made == 0
    assert "under 16" in problems[0]


def test_a_parent_signs_as_guardian_and_the_childs_own_phone_gets_the_childs_code():
    mother = factories.account(name="王芳")
    child = factories.learner(
        of=mother, relation=Learner.Relation.CHILD, birth_date=born(16.5), phone="13700001111", **GUARDIAN
    )
    one = agreeing.agreement(who=child)
    with agreeing.codes() as sent:
        signing.send_code([one], party=Party.LEARNER, by=mother)
        signing.send_code([one], party=Party.GUARDIAN, by=mother)
    assert [to for to, _code in sent] == ["13700001111", mother.phone]
    signing.sign([one], party=Party.GUARDIAN, code=sent[1][1], by=mother)
    (after,) = signing.sign([one], party=Party.LEARNER, code=sent[0][1], by=mother)
    assert after.missing == [Party.ENTERPRISE, Party.INSTITUTION]
    assert after.signed[Party.GUARDIAN].name == "林建国"


def test_it_is_withdrawn_before_and_ended_or_broken_after_with_the_terms_quoted():
    page = making.order_program()
    one, two, three = agreeing.agreement(page), agreeing.in_force(page), agreeing.in_force(page)
    owner, today = making.owner_of(page.order.enterprise), timezone.localdate()
    agreements.withdraw(one, party=Party.LEARNER, reason="去外地了", by=one.enrollment.account)
    with pytest.raises(AgreementError):
        agreements.withdraw(two, party=Party.LEARNER, reason="晚了", by=two.enrollment.account)
    with pytest.raises(AgreementError, match="day"):
        agreements.terminate(
            two, party=Party.LEARNER, reason="x", day=today + timedelta(days=1), by=two.enrollment.account
        )
    agreements.terminate(two, party=Party.LEARNER, reason="生病", day=today, by=two.enrollment.account)
    agreements.record_breach(three, party=Party.LEARNER, reason="不来了", day=today, by=owner, act_for=Party.ENTERPRISE)
    states = [Agreement.objects.get(pk=row.pk).state for row in (one, two, three)]
    assert states == [AgreementState.WITHDRAWN, AgreementState.TERMINATED, AgreementState.BREACHED]
    event = AgreementEvent.objects.get(act="breached")
    assert event.quoted == "提前离开不收任何费用。"
    assert AgreementFlag.objects.get().kind == "breach"
    assert Message.objects.filter(kind="agreement_ended", account=three.enrollment.account).count() == 1


def test_whoever_leaves_the_class_leaves_the_agreement():
    page = making.order_program()
    waiting, signed = agreeing.agreement(page), agreeing.in_force(page)
    for one in (waiting, signed):
        enrollment.cancel(one.enrollment, by=one.manager, reason="other")
        one.refresh_from_db()
    assert (waiting.state, signed.state) == (AgreementState.WITHDRAWN, AgreementState.TERMINATED)
    assert signed.ended_on == timezone.localdate()
    # What never came into force is not kept before the eyes of the enterprise; what did stays with both sides.
    mine = Agreement.objects.for_members(making.owner_of(page.order.enterprise))
    assert mine.count() == 2
    later = timezone.now() + timedelta(days=PartnerSettings().share_closed_days, minutes=1)
    assert mine.shown_to_enterprise(later).get() == signed


def test_one_agreement_stands_for_an_enrollment():
    one = agreeing.agreement()
    copy = AgreementDocument.objects.create(template=one.document.template, title="x", body="x", sha256="x")
    with pytest.raises(IntegrityError), transaction.atomic():
        Agreement.objects.create(enrollment=one.enrollment, order=one.order, document=copy)
    with pytest.raises(IntegrityError), transaction.atomic():
        Agreement.objects.filter(pk=one.pk).update(state=AgreementState.IN_FORCE)
