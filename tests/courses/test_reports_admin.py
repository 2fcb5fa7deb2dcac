"""Who reads which figures, what a download holds, what is said when there is nothing to count."""

import csv
import io

import pytest
from django.core.cache import cache
from django.urls import reverse
from openpyxl import load_workbook

from courses import enrollment
from courses.reports import keeping
from courses.reports.catalog import REPORTS
from institutions import roles
from tests import factories
from tests.courses.staff_screens import signed_in, staff, two_counties

pytestmark = pytest.mark.django_db

ENROLLMENTS = "/cms/reports/figures/enrollments/"


@pytest.fixture
def counties(settings):
    """Two enrollments in Tahe, three in Huma: (officer of Tahe, manager of Huma, class of Tahe, class of Huma)."""
    tahe, officer, manager = two_counties(settings)
    theirs = manager.posts.get().institution
    huma = factories.intake(program=factories.program(institution=theirs, title="合唱"), seats=2)
    for intake, count in ((tahe, 2), (huma, 3)):
        for _ in range(count):
            factories.enroll(intake)
    return officer, manager, tahe, huma


def lines(client, address, by="institution"):
    """The rows of a report as {label: figures as shown}."""
    response = client.get(f"{address}?by={by}")
    assert response.status_code == 200
    return {label: cells for label, _bar, cells in response.context["lines"]}


def test_staff_count_their_own_institutions_only(counties):
    officer, manager, tahe, huma = counties
    for account, intake, count in ((officer, tahe, "2"), (manager, huma, "3")):
        shown = lines(signed_in(account), ENROLLMENTS)
        assert list(shown) == [intake.program.institution.name]
        assert shown[intake.program.institution.name][0] == count
    bureau = staff(roles.BUREAU, factories.institution(name="教育局"))
    assert set(lines(signed_in(bureau), ENROLLMENTS)) == {tahe.program.institution.name, huma.program.institution.name}


def test_no_filter_leads_to_figures_of_others(counties):
    officer, _manager, _tahe, huma = counties
    client = signed_in(officer)
    for query in (f"institution={huma.program.institution_id}", f"program={huma.program_id}"):
        for report in REPORTS:
            response = client.get(f"{reverse(f'report_{report.slug}')}?{query}")
            assert response.context["lines"] == []
            assert response.context["wrong"]
            assert "合唱" not in response.content.decode()


def test_no_report_of_ones_own_holds_anything_of_others(counties):
    officer, _manager, _tahe, huma = counties
    client = signed_in(officer)
    enrollment.withdraw(huma.enrollments.order_by("pk").first(), by=huma.enrollments.order_by("pk").first().account)
    for report in REPORTS:
        for dimension in report.dimensions:
            page = client.get(f"{reverse(f'report_{report.slug}')}?by={dimension.key}").content.decode()
            assert "合唱" not in page
            assert "呼玛县社区教育学院" not in page


def test_editors_and_teachers_have_no_reports(counties):
    officer = counties[0]
    institution = officer.posts.get().institution
    for group in (roles.EDITOR, roles.TEACHER):
        client = signed_in(staff(group, institution))
        for report in REPORTS:
            for name in (f"report_{report.slug}", f"report_{report.slug}_results"):
                assert client.get(reverse(name)).status_code == 302
        assert ENROLLMENTS not in client.get("/cms/").content.decode()
    assert ENROLLMENTS in signed_in(officer).get("/cms/").content.decode()


def test_downloads_hold_what_the_screen_shows_and_the_sum(counties):
    officer, _manager, tahe, _huma = counties
    client = signed_in(officer)
    address = f"{reverse('report_filling')}?by=institution"
    text = b"".join(client.get(f"{address}&export=csv").streaming_content).decode("utf-8-sig")
    table = list(csv.reader(io.StringIO(text)))
    name = tahe.program.institution.name
    assert table[0][0] == "学校"
    assert [row[:4] for row in table[1:]] == [[name, "66.7", "2", "3"], ["合计", "66.7", "2", "3"]]
    book = b"".join(client.get(f"{address}&export=xlsx").streaming_content)
    sheet = list(load_workbook(io.BytesIO(book)).active.values)
    assert sheet[0] == tuple(table[0])
    assert sheet[1][:4] == (name, 66.7, 2, 3)
    assert len(sheet) == 3


def test_a_formula_in_a_name_stays_text(counties):
    officer, _manager, tahe, _huma = counties
    type(tahe.program).objects.filter(pk=tahe.program_id).update(title="=1+1")
    address = f"{reverse('report_enrollments')}?by=program&export=xlsx"
    book = b"".join(signed_in(officer).get(address).streaming_content)
    cell = load_workbook(io.BytesIO(book)).active["A2"]
    assert (cell.value, cell.data_type) == ("=1+1", "s")


def test_empty_reports_say_so(counties):
    institution = factories.institution(name="新学院")
    client = signed_in(staff(roles.OFFICER, institution))
    for report in REPORTS:
        page = client.get(reverse(f"report_{report.slug}"))
        assert page.status_code == 200
        assert "还没有可统计的数据" in page.content.decode()
        narrowed = client.get(f"{reverse(f'report_{report.slug}_results')}?days_from=2020-01-01&days_to=2020-01-02")
        assert "查看全部" in narrowed.content.decode()
        assert len(list(client.get(f"{reverse(f'report_{report.slug}')}?export=csv").streaming_content)) == 2


def test_a_date_that_cannot_be_read_counts_nothing(counties):
    page = signed_in(counties[0]).get(f"{ENROLLMENTS}?days_from=gestern")
    assert page.context["lines"] == []
    assert 'role="alert"' in page.content.decode()


def test_pages_ask_the_same_few_questions(counties, django_assert_max_num_queries):
    officer, _manager, tahe, _huma = counties
    client = signed_in(officer)
    for number in range(12):
        program = factories.program(institution=tahe.program.institution)
        factories.enroll(factories.intake(program=program, code=f"MANY-{number}"))
    for report in REPORTS:
        with django_assert_max_num_queries(30):
            client.get(f"{reverse(f'report_{report.slug}_results')}?by=program")


def test_what_took_long_is_kept_and_only_for_those_who_may_see_the_same(counties, monkeypatch):
    officer, manager, tahe, _huma = counties
    cache.clear()
    monkeypatch.setattr(keeping, "SLOW", -1)
    name = tahe.program.institution.name
    assert lines(signed_in(officer), ENROLLMENTS)[name][0] == "2"
    factories.enroll(tahe)
    kept = signed_in(officer).get(f"{ENROLLMENTS}?by=institution")
    assert kept.context["lines"][0][2][0] == "2"
    assert name not in lines(signed_in(manager), ENROLLMENTS)
    assert lines(signed_in(officer), ENROLLMENTS, by="district")["塔河县"][0] == "3"
    cache.clear()
    assert lines(signed_in(officer), ENROLLMENTS)[name][0] == "3"
