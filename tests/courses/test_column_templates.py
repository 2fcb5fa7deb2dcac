"""Lists of admitted learners in the bureau's columns: masked, or whole for a reason that is recorded."""

import io

import pytest
from django.contrib.auth.models import Group
from django.urls import reverse
from openpyxl import load_workbook

from courses.models import ColumnTemplate, IdentityReveal, SchoolRecord, TemplateColumn
from institutions import roles
from tests import factories

pytestmark = pytest.mark.django_db
NUMBER = "232700201103154321"
COLUMNS = [
    ("序号", "number", ""),
    ("姓名", "name", ""),
    ("证件号码", "document", ""),
    ("考生号", "candidate", ""),
    ("毕业学校", "junior_school", ""),
    ("录取专业", "secondary_major", ""),
    ("高职专业代码", "college_code", ""),
    ("批次", "text", "3+2"),
    ("阶段", "stage", ""),
]


@pytest.fixture
def template():
    """The bureau's columns."""
    made = ColumnTemplate.objects.create(name="教育局名册")
    TemplateColumn.objects.bulk_create(
        TemplateColumn(template=made, heading=heading, source=source, text=text, sort_order=place)
        for place, (heading, source, text) in enumerate(COLUMNS)
    )
    return made


@pytest.fixture
def admitted():
    """A learner in a pathway, with a school record."""
    learner = factories.learner(name="=王小雨")
    learner.set_document("id_card", NUMBER)
    learner.save()
    school = factories.junior_school()
    SchoolRecord.objects.create(learner=learner, junior_school=school, candidate_number="26273200123")
    return factories.enroll(factories.pathway_intake(admission_rule="first_come"), learner)


def signed_in(client, institution, group):
    """The client as a member of this institution."""
    factories.website()
    roles.make_groups()
    account = factories.account(is_staff=True)
    account.groups.add(Group.objects.get(name=group))
    institution.staff.create(account=account)
    client.force_login(account)
    session = client.session
    session["second_factor_not_now"] = True
    session.save()
    return account


def export(client, kind, pk, template, **fields):
    """What the form of an export answers."""
    address = reverse("column_template:in_columns", args=[kind, pk])
    return client.post(address, {"template": template.pk, "file_format": "csv"} | fields)


def test_a_list_stands_in_the_columns_of_the_bureau_masked(client, template, admitted):
    pathway = admitted.intake.program.specific
    signed_in(client, pathway.institution, roles.OFFICER)
    text = export(client, "intake", admitted.intake_id, template).content.decode("utf-8-sig")
    heading, row = (line.split(",") for line in text.splitlines())
    assert heading == [heading for heading, _source, _text in COLUMNS]
    assert row[0:2] == ["1", "'=王小雨"]
    assert row[2] == "2327**********4321"
    assert row[3] == "26*******23"
    assert row[5:8] == [pathway.secondary_major.name, pathway.college_major.code, "3+2"]
    assert not IdentityReveal.objects.exists()
    book = export(client, "cohort", admitted.student.cohort_id, template, file_format="xlsx")
    assert load_workbook(io.BytesIO(book.content)).active["D2"].value == "26*******23"
    old = export(client, "intake", admitted.intake_id, template, file_format="gb18030")
    assert "王小雨" in old.content.decode("gb18030")


def test_whole_numbers_are_recorded_and_only_for_those_who_may(client, template, admitted):
    officer = signed_in(client, admitted.intake.program.institution, roles.OFFICER)
    reasonless = export(client, "intake", admitted.intake_id, template, purpose="other")
    assert "请写明" in reasonless.content.decode()
    text = export(client, "intake", admitted.intake_id, template, purpose="authority", note="报省").content.decode()
    assert NUMBER in text
    assert "26273200123" in text
    reveal = IdentityReveal.objects.get()
    assert (reveal.by, reveal.learner, reveal.note) == (officer, admitted.learner, "教育局名册 报省")
    signed_in(client, admitted.intake.program.institution, roles.BUREAU)
    masked = export(client, "intake", admitted.intake_id, template, purpose="authority").content.decode()
    assert NUMBER not in masked
    assert IdentityReveal.objects.count() == 1


def test_what_others_run_does_not_exist(client, template, admitted):
    signed_in(client, factories.institution(), roles.OFFICER)
    round = factories.admission_round(institution=admitted.intake.program.institution)
    for kind, pk in (("intake", admitted.intake_id), ("cohort", admitted.student.cohort_id), ("round", round.pk)):
        assert export(client, kind, pk, template).status_code == 404
    assert export(client, "anything", 1, template).status_code == 404
