"""Staff and fees: the walk-in who pays at once, proofs and waivers, policies of one's own, what the forms keep."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from courses import proofs
from courses.answering.documents import accept
from courses.models import Enrollment, FeeReduction, Intake, RefundPolicy
from courses.states import Reason, State
from payments.models import Payment, Receipt
from tests import factories
from tests.courses.intake_forms import errors, form_of, management
from tests.courses.intake_forms import send as send_intake
from tests.courses.staff_screens import signed_in, two_counties

pytestmark = [pytest.mark.django_db, pytest.mark.once]


@pytest.fixture
def tahe(settings):
    """A class of Tahe that costs ¥120 (¥60 with a certificate), and its officer's client."""
    made, officer, stranger = two_counties(settings)
    Intake.objects.filter(pk=made.pk).update(fee=12000)
    FeeReduction.objects.create(intake=made, kind="proof", percent=50, proof="低保证")
    made.refresh_from_db()
    made.officer, made.stranger = signed_in(officer), signed_in(stranger)
    return made


def walk_in(made, **typed):
    """The desk's form."""
    words = {"enroll": "1", "form_key": "d" * 32, "intake": f"{made.title} {made.code}", "relation": "self"}
    return words | {"name": "王秀芝", "phone": "13845671234", "paper": "on"} | typed


def test_a_walk_in_pays_in_the_same_form_and_the_receipt_is_on_the_slip(tahe):
    answer = tahe.officer.post(reverse("desk"), walk_in(tahe, method="cash", has_proof="on"))
    one = Enrollment.objects.get()
    assert (one.state, one.due, Payment.objects.get().method) == (State.ENROLLED, 6000, "cash")
    slip = tahe.officer.get(answer.url).text
    assert str(Receipt.objects.get()) in slip
    assert "¥60" in slip
    tahe.officer.post(reverse("desk"), walk_in(tahe, method="cash", has_proof="on"))
    assert Receipt.objects.count() == 1


def test_a_walk_in_who_pays_later_is_told_until_when(tahe):
    answer = tahe.officer.post(reverse("desk"), walk_in(tahe, method=""))
    assert Enrollment.objects.get().state == State.OFFERED
    assert "¥120" in tahe.officer.get(answer.url).text


def test_what_is_due_stands_at_the_desk_before_anything_is_sent(tahe):
    page = tahe.officer.post(reverse("desk"), walk_in(tahe, look="1"))
    assert "¥120" in page.context["says"][1]


def claim(made):
    """Somebody who claims the lower fee and has uploaded a paper."""
    who = factories.learner()
    one = factories.enroll(made, who, proof="低保证")
    stream = io.BytesIO()
    Image.new("RGB", (20, 20)).save(stream, "JPEG")
    proofs.upload(one, accept(SimpleUploadedFile("paper.jpg", stream.getvalue())))
    return one


def test_a_proof_is_seen_and_decided_by_ones_own_staff_only(tahe):
    one = claim(tahe)
    assert "低保证" in tahe.officer.get(reverse("proof_list")).text
    assert "低保证" not in tahe.stranger.get(reverse("proof_list")).text
    assert tahe.officer.get(reverse("proof_paper", args=[one.proof.pk]))["Content-Disposition"].startswith("attachment")
    for address in ("proof_paper", "proof_decision"):
        send = tahe.stranger.get if address == "proof_paper" else tahe.stranger.post
        assert send(reverse(address, args=[one.proof.pk])).status_code == 404
    tahe.officer.post(reverse("proof_decision", args=[one.proof.pk]), {"note": ""})
    one.proof.refresh_from_db()
    assert one.proof.state == "waiting", "a refusal needs a reason"
    tahe.officer.post(reverse("proof_decision", args=[one.proof.pk]), {"granted": "on"})
    one.refresh_from_db()
    assert one.due == 6000


def test_a_fee_is_waived_from_the_page_of_the_enrollment(tahe):
    one = factories.enroll(tahe)
    page = tahe.officer.get(reverse("enrollment:inspect", args=[one.pk])).text
    assert reverse("enrollment:act", args=["waive"]) in page
    data = {"id": one.pk, "asked": "1", "reason": Reason.WAIVED_HARDSHIP, "note": "火灾"}
    tahe.officer.post(reverse("enrollment:act", args=["waive"]), data)
    one.refresh_from_db()
    assert (one.state, one.due, one.history.last().reason) == (State.ENROLLED, 0, Reason.WAIVED_HARDSHIP)


def test_the_consequences_of_cancelling_a_class_name_the_money(tahe):
    tahe.officer.post(reverse("desk"), walk_in(tahe, method="cash"))
    assert "¥120" in tahe.officer.get(reverse("intake:cancel", args=[tahe.pk])).text


def test_an_intake_keeps_fee_materials_reductions_and_policy(tahe):
    policy = RefundPolicy.objects.create(institution=tahe.program.institution, name="通用")
    row = {"kind": "age", "percent": "50", "min_age_0": "60", "min_age_1": "12"}
    data = form_of(tahe, fee="99.50", materials_fee="10", pay_hours="2", refund_policy=policy.pk)
    data |= management(
        "reductions", [{"id": tahe.reductions.get().pk, "kind": "proof", "percent": 30, "proof": "证"}], stored=True
    )
    data |= {"reductions-TOTAL_FORMS": 2} | {f"reductions-1-{name}": value for name, value in row.items()}
    response = send_intake(tahe.officer, data, tahe)
    assert response.status_code == 302, errors(response)
    tahe.refresh_from_db()
    assert (tahe.fee, tahe.materials_fee, tahe.pay_hours, tahe.refund_policy) == (9950, 1000, 2, policy)
    kept = tahe.reductions.order_by("pk").values_list("kind", "percent", "min_age", "proof")
    assert list(kept) == [("proof", 30, None, "证"), ("age", 50, 720, "")]


def test_policies_of_others_do_not_exist(tahe, settings):
    policy = RefundPolicy.objects.create(institution=tahe.program.institution, name="塔河规则")
    assert "塔河规则" not in tahe.stranger.get(reverse("refund_policy:index")).text
    assert tahe.stranger.get(reverse("refund_policy:edit", args=[policy.pk])).status_code == 404
