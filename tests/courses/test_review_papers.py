"""Papers that an applicant shows while people decide: one's own, until the decision; staff of the school read them."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts import personal_data
from accounts.encryption import decrypt_bytes
from courses import review_papers, reviewing, uploads
from courses.models import Intake, ReviewPaper
from courses.moves import MoveRefused
from courses.states import Reason
from tests import factories
from tests.courses import applying, staff_screens
from tests.partners import making

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.4\n%%EOF"


def application(course=None):
    return factories.enroll(course or factories.intake(admission_rule=Intake.AdmissionRule.REVIEW))


def page_of(row):
    return reverse("review_papers", args=[row.reference])


def added(row, title="面点证书"):
    return review_papers.add(row, upload=applying.photograph(), title=title)


def refuse(row):
    reviewing.refuse(row, by=factories.account(), reason=Reason.NOT_AT_INTERVIEW)


def test_an_applicant_adds_looks_at_and_removes_papers(client):
    row = application()
    client.force_login(row.account)
    assert page_of(row) in client.get(reverse("enrollment_detail", args=[row.reference])).text

    assert client.post(page_of(row), {"title": "面点证书", "file": applying.photograph()}).status_code == 302
    client.post(page_of(row), {"title": "推荐信", "file": SimpleUploadedFile("信.pdf", PDF)})

    picture, letter = row.review_papers.all()
    assert "推荐信" in client.get(page_of(row)).text
    shown = client.get(reverse("review_paper", args=[row.reference, picture.pk]))
    assert shown["Content-Type"] == "image/jpeg"
    assert shown["Cache-Control"].startswith("private, no-store")
    assert shown["Content-Disposition"].startswith("inline")
    assert shown.content == decrypt_bytes(picture.content) != bytes(picture.content)
    saved = client.get(reverse("review_paper", args=[row.reference, letter.pk]))
    assert saved.content == PDF
    assert saved["Content-Disposition"].startswith("attachment")
    remove = reverse("review_paper_remove", args=[row.reference, picture.pk])
    assert client.get(remove).status_code == 405
    client.post(remove)
    assert list(row.review_papers.all()) == [letter]


def test_after_the_decision_nothing_changes_any_more_and_one_still_sees_them(client):
    row, bare = application(), application()
    paper = added(row)
    refuse(row), refuse(bare)
    client.force_login(row.account)

    answer = client.post(page_of(row), {"title": "又一份", "file": applying.photograph()})
    client.post(reverse("review_paper_remove", args=[row.reference, paper.pk]))

    assert "已有决定" in answer.text
    assert list(row.review_papers.all()) == [paper]
    assert client.get(reverse("review_paper", args=[row.reference, paper.pk])).status_code == 200
    page = client.get(page_of(row)).text
    assert paper.title in page
    assert '<input type="file"' not in page
    assert review_papers.boxes(row)
    bare.refresh_from_db()
    assert review_papers.boxes(bare) == []
    with pytest.raises(MoveRefused):
        review_papers.remove(paper)


def test_what_is_wrong_with_a_file_is_said_and_the_words_are_kept(client):
    row = application()
    client.force_login(row.account)
    for content, words in (
        (b"MZ" + bytes(60), "既不是图片也不是"),
        (PDF + bytes(uploads.LARGEST_PDF), "太大"),
        (bytes(uploads.LARGEST + 1), "太大"),
    ):
        answer = client.post(page_of(row), {"title": "证书", "file": SimpleUploadedFile("a.jpg", content)})
        assert words in str(answer.context["form"].errors["file"])
        assert 'value="证书"' in answer.text
    assert client.post(page_of(row), {"title": "", "file": ""}).context["form"].errors.keys() == {"title", "file"}
    for number in range(review_papers.MOST):
        added(row, f"证书{number}")
    assert 'type="file"' not in client.get(page_of(row)).text
    answer = client.post(page_of(row), {"title": "第六份", "file": applying.photograph()})
    assert "最多 5 份" in answer.text
    assert row.review_papers.count() == review_papers.MOST


def test_others_and_the_signed_out_reach_nothing(client):
    row, other = application(), application()
    paper, theirs = added(row), added(other)
    addresses = [
        ("get", page_of(row)),
        ("post", page_of(row)),
        ("get", reverse("review_paper", args=[row.reference, paper.pk])),
        ("post", reverse("review_paper_remove", args=[row.reference, paper.pk])),
    ]
    for verb, address in addresses:
        answer = getattr(client, verb)(address)
        assert (answer.status_code, "login" in answer.url or "sign" in answer.url) == (302, True)
    client.force_login(other.account)
    assert {getattr(client, verb)(address).status_code for verb, address in addresses} == {404}
    # A paper is found below its own enrollment only.
    assert client.get(reverse("review_paper", args=[other.reference, paper.pk])).status_code == 404
    assert client.post(reverse("review_paper_remove", args=[other.reference, paper.pk])).status_code == 404
    assert set(ReviewPaper.objects.all()) == {paper, theirs}


def test_only_courses_with_a_review_ask_for_them(client):
    seated = factories.enroll(factories.intake())
    ordered = making.candidate(making.order_program()).enrollment
    for row in (seated, ordered):
        client.force_login(row.account)
        assert review_papers.boxes(row) == []
        assert client.get(page_of(row)).status_code == 404
        with pytest.raises(MoveRefused):
            added(row)


def test_staff_of_the_school_see_them_and_others_do_not(settings):
    intake, officer, manager_elsewhere = staff_screens.two_counties(settings)
    Intake.objects.update(admission_rule=Intake.AdmissionRule.REVIEW)
    row = application(Intake.objects.get(pk=intake.pk))
    paper, foreign = added(row), added(application())
    inspect, file = reverse("enrollment:inspect", args=[row.pk]), reverse("enrollment:paper", args=[row.pk, paper.pk])
    ours, theirs = staff_screens.signed_in(officer), staff_screens.signed_in(manager_elsewhere)

    page = ours.get(inspect).text
    assert file in page
    assert paper.title in page
    shown = ours.get(file)
    assert shown.status_code == 200
    assert shown["Cache-Control"].startswith("private, no-store")
    assert ours.get(reverse("enrollment:paper", args=[row.pk, foreign.pk])).status_code == 404
    assert {theirs.get(inspect).status_code, theirs.get(file).status_code} == {404}
    # The address of the owner is not for staff.
    assert ours.get(reverse("review_paper", args=[row.reference, paper.pk])).status_code == 404


def test_they_are_exported_by_name_and_erased():
    row, other = application(), application()
    added(row), added(other)
    refuse(row)
    assert "面点证书" in str(personal_data.export(row.account))
    personal_data.erase_account(row.account)
    assert [paper.enrollment for paper in ReviewPaper.objects.all()] == [other]
