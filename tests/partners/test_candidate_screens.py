"""The screens of candidates and interviews: who reaches them, what they say, what happens when one acts."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from courses.states import State
from partners import candidates, enterprises, interviews, members, scoring, urls
from partners.models import Candidate, InterviewSlot, PartnerSettings, Role
from tests import factories
from tests.partners import making
from tests.partners.test_interviews import begin

pytestmark = [pytest.mark.django_db, pytest.mark.once]
MINE = [route for route in urls.urlpatterns if str(route.pattern).startswith("my/interviews/")]


@pytest.fixture
def one():
    """A candidate with a paper; `owner` of the enterprise, `account` of the learner."""
    made = making.candidate(papers=[making.picture()], text="我在家帮过两年厨。")
    made.owner, made.account = making.owner_of(made.order.enterprise), made.enrollment.account
    return made


def of_learner(one):
    """(name, address) of every page of the learner."""
    named = {"reference": one.enrollment.reference, "sheet": one.enrollment.candidate_papers.first().pk}
    for route in MINE:
        yield route.name, reverse(route.name, kwargs={key: named[key] for key in route.pattern.converters})


def test_only_the_learners_own_account_reaches_their_pages(client, one):
    other = making.candidate(one.page)
    strangers = (one.owner, other.enrollment.account, factories.account(), making.staff_of(one.page))
    for account in strangers:
        client.force_login(account)
        for name, address in of_learner(one):
            assert {client.get(address).status_code, client.post(address).status_code} - {405} == {404}, name
    client.logout()
    for name, address in of_learner(one):
        assert client.get(address).status_code == 302, name
    client.force_login(one.account)
    for name in ("interview", "interview_about"):
        assert client.get(dict(of_learner(one))[name]).status_code == 200


def test_no_page_of_candidates_for_another_enterprise_through_its_own_order(client, one):
    mine = making.candidate(making.order_program())
    client.force_login(making.owner_of(mine.order.enterprise))
    reference, paper = one.enrollment.reference, one.enrollment.candidate_papers.get().pk
    slot = making.slot(one.order)
    for name, args in (
        ("candidate", [reference]),
        ("candidate_score", [reference]),
        ("candidate_note", [reference]),
        ("candidate_came", [reference]),
        ("candidate_decide", [reference, "accept"]),
        ("candidate_paper", [reference, paper]),
        ("interview_slot_cancel", [slot.pk]),
        ("candidate_paper", [mine.enrollment.reference, paper]),
    ):
        address = reverse(name, args=[mine.order.reference, *args])
        assert {client.get(address).status_code, client.post(address).status_code} - {405} == {404}, name


def test_whoever_is_removed_sees_no_candidate_with_the_next_click(client, one):
    account = making.member(one.order.enterprise)
    client.force_login(account)
    address = reverse("candidate", args=[one.order.reference, one.enrollment.reference])
    assert client.get(address).status_code == 200

    members.remove(one.order.enterprise.members.get(account=account), by=one.owner)

    assert client.get(address).status_code == 404
    for kind in ("csv", "xlsx"):
        assert client.get(reverse("candidates_export", args=[one.order.reference, kind])).status_code == 404


def test_a_viewer_reads_and_decides_nothing(client, one):
    client.force_login(making.member(one.order.enterprise, Role.VIEWER))
    page = client.get(reverse("candidate", args=[one.order.reference, one.enrollment.reference])).content.decode()
    assert "我在家帮过两年厨。" in page
    assert "/decide/" not in page
    listing = client.get(reverse("candidates", args=[one.order.reference])).content.decode()
    assert "checkbox" not in listing
    slots = client.get(reverse("interview_slots", args=[one.order.reference])).content.decode()
    assert 'name="capacity"' not in slots


def test_the_list_counts_by_step_and_says_so_when_it_is_empty(client, one):
    client.force_login(one.owner)
    other = making.candidate(one.page)
    interviews.book(other, slot=making.slot(one.order), by=other.enrollment.account)
    address = reverse("candidates", args=[one.order.reference])

    page = client.get(address)
    narrowed = client.get(f"{address}?step=booked").content.decode()

    counts = {step: len(found) for step, _label, found in page.context["steps"]}
    assert (counts["meet"], counts["booked"], page.context["total"]) == (1, 1, 2)
    assert other.enrollment.reference in narrowed
    assert one.enrollment.reference not in narrowed
    empty = making.order_program(order=making.approved(of=one.order.enterprise))
    assert "还没有候选人" in client.get(reverse("candidates", args=[empty.order.reference])).content.decode()


def test_the_list_reads_a_fixed_number_of_queries(client, one, django_assert_max_num_queries):
    client.force_login(one.owner)
    for _ in range(4):
        making.candidate(one.page, papers=[making.picture()])
    with django_assert_max_num_queries(32):
        assert client.get(reverse("candidates", args=[one.order.reference])).context["total"] == 5


def test_times_are_offered_booked_and_cancelled_on_the_screens(client, one):
    client.force_login(one.owner)
    address = reverse("interview_slots", args=[one.order.reference])
    day = timezone.localdate() + timedelta(days=5)
    typed = {"day": f"{day}", "first": "09:00", "minutes": "30", "count": "3", "capacity": "1", "way": "on_site"}
    wrong = client.post(address, typed | {"place": ""})
    assert "请写明地点" in wrong.content.decode()
    assert 'value="30"' in wrong.content.decode()
    late = client.post(address, typed | {"place": "食堂", "first": "23:30", "count": "9"})
    assert late.context["form"].errors.keys() == {"count"}
    assert client.post(address, typed | {"place": "食堂"}).status_code == 302
    first, second, _third = one.order.slots.all()
    assert timezone.localtime(second.starts_at).strftime("%H:%M") == "09:30"

    client.force_login(one.account)
    mine = reverse("interview", args=[one.enrollment.reference])
    assert "食堂" in client.get(mine).content.decode()
    client.post(reverse("interview_book", args=[one.enrollment.reference]), {"slot": first.pk})
    client.post(reverse("interview_book", args=[one.enrollment.reference]), {"slot": second.pk})
    shown = client.get(reverse("enrollment_detail", args=[one.enrollment.reference])).content.decode()
    assert "您的面谈" in shown
    assert "食堂" in shown
    assert client.get(reverse("interview_calendar", args=[one.enrollment.reference])).content.startswith(b"BEGIN:VCAL")
    assert client.get(reverse("interview_cancel", args=[one.enrollment.reference])).status_code == 200
    client.post(reverse("interview_cancel", args=[one.enrollment.reference]))
    assert not one.interviews.filter(state="booked").exists()
    for nonsense in ("", "x", "9" * 40, "0"):
        assert client.post(reverse("interview_book", args=[one.enrollment.reference]), {"slot": nonsense}).url == mine

    client.force_login(one.owner)
    cancel = reverse("interview_slot_cancel", args=[one.order.reference, second.pk])
    assert client.post(cancel, {"note": ""}).status_code == 200
    client.post(cancel, {"note": "设备检修。"})
    assert InterviewSlot.objects.get(pk=second.pk).cancelled_at


def test_a_day_without_end_is_answered_beside_the_field(client, one):
    client.force_login(one.owner)
    told = {"day": "9999-12-31", "first": "23:50", "minutes": "20", "count": "2", "capacity": "1", "way": "phone"}
    answer = client.post(reverse("interview_slots", args=[one.order.reference]), told)
    assert answer.status_code == 200
    assert "day" in answer.context["form"].errors
    assert not InterviewSlot.objects.exists()


def test_my_page_says_that_a_time_can_be_chosen(client, one):
    client.force_login(one.account)
    assert "请选择面谈时间" not in client.get(reverse("my_page")).content.decode()
    slot = making.slot(one.order)
    assert "请选择面谈时间" in client.get(reverse("my_page")).content.decode()
    interviews.book(one, slot=slot, by=one.account)
    assert "请选择面谈时间" not in client.get(reverse("my_page")).content.decode()


def test_schooling_and_papers_are_added_looked_at_and_removed(client, one):
    client.force_login(one.account)
    address = reverse("interview_about", args=[one.enrollment.reference])
    client.post(address, {"schooling": "college"})
    assert one.enrollment.candidate_profile.schooling == "college"
    refused = client.post(address, {"title": "证", "file": making.SimpleUploadedFile("a.jpg", b"nothing")})
    assert refused.context["form"].errors.keys() == {"file"}
    client.post(address, {"title": "护理证", "file": making.picture()})
    first, second = one.enrollment.candidate_papers.all()
    assert client.get(reverse("interview_paper", args=[one.enrollment.reference, second.pk])).status_code == 200
    client.post(reverse("interview_paper_remove", args=[one.enrollment.reference, first.pk]))
    assert list(one.enrollment.candidate_papers.all()) == [second]
    client.force_login(one.owner)
    paper = reverse("candidate_paper", args=[one.order.reference, one.enrollment.reference, second.pk])
    assert "no-store" in client.get(paper)["Cache-Control"]

    candidates.refuse(one, feedback="这次人多。", by=one.owner)
    client.force_login(one.account)
    assert client.get(address).status_code == 302
    client.post(reverse("interview_paper_remove", args=[one.enrollment.reference, second.pk]))
    assert one.enrollment.candidate_papers.exists()


def test_the_learner_takes_the_share_back(client, one):
    client.force_login(one.account)
    address = reverse("interview_unshare", args=[one.enrollment.reference])
    assert client.get(address).status_code == 200
    client.post(address)
    client.force_login(one.owner)
    gone = client.get(reverse("candidate", args=[one.order.reference, one.enrollment.reference]))
    assert gone.status_code == 404


def test_scored_met_and_decided_on_the_screens(client, one):
    client.force_login(one.owner)
    names = {"name1": "手艺", "weight1": "3", "name2": "沟通"}
    criteria = reverse("candidate_criteria", args=[one.order.reference])
    assert client.post(criteria, {"name1": ""}).status_code == 200
    client.post(criteria, names)
    skill, talk = one.order.criteria.all()
    assert (skill.weight, talk.weight) == (3, 1)
    slot = making.slot(one.order)
    interviews.book(one, slot=slot, by=one.account)
    begin(slot)
    args = [one.order.reference, one.enrollment.reference]
    client.post(reverse("candidate_came", args=args), {"came": "yes"})
    client.post(reverse("candidate_score", args=args), {f"c{skill.pk}": "9", f"c{talk.pk}": ""})
    client.post(reverse("candidate_score", args=args), {f"c{skill.pk}": "99"})
    client.post(reverse("candidate_note", args=args), {"text": "手很稳。"})
    page = client.get(reverse("candidate", args=args)).content.decode()
    assert "90.0%" in page
    assert "手很稳。" in page

    decide = reverse("candidate_decide", args=[*args, "accept"])
    assert "请写一句反馈" in client.post(decide, {"feedback": ""}).content.decode()
    client.post(decide, {"feedback": "手很稳，欢迎。"})

    one.refresh_from_db()
    one.enrollment.refresh_from_db()
    assert (one.decision, one.enrollment.state) == ("accept", State.OFFERED)
    assert client.get(decide).status_code == 302
    client.force_login(one.account)
    assert (
        "手很稳，欢迎。" in client.get(reverse("enrollment_detail", args=[one.enrollment.reference])).content.decode()
    )


def test_several_are_refused_only_with_words(client, one):
    client.force_login(one.owner)
    other = making.candidate(one.page)
    chosen = [one.enrollment.reference, other.enrollment.reference, "XL2611-0000-0000"]
    address = reverse("candidates_refuse", args=[one.order.reference])
    asked = client.get(address, {"candidate": chosen})
    assert len(asked.context["found"]) == 2
    assert client.post(address, {"candidate": chosen, "reason": "others_fit_better"}).status_code == 200
    assert not Candidate.objects.exclude(decision="").exists()
    words = {"reason": "others_fit_better", "feedback": "这次人多，谢谢您来。"}
    client.post(address, {"candidate": chosen} | words)
    assert set(Candidate.objects.values_list("decision", flat=True)) == {"refuse"}
    assert client.get(address, {"candidate": chosen}).status_code == 302


def test_closed_to_the_enterprise_after_the_days_and_nothing_while_it_is_suspended(client, one):
    candidates.refuse(one, feedback="这次人多。", by=one.owner)
    days = (PartnerSettings.objects.first() or PartnerSettings()).share_closed_days
    client.force_login(one.owner)
    address = reverse("candidate", args=[one.order.reference, one.enrollment.reference])
    assert client.get(address).status_code == 200
    Candidate.objects.update(ended_at=timezone.now() - timedelta(days=days, minutes=1))
    assert client.get(address).status_code == 404
    other = making.candidate(one.page)
    enterprises.suspend(one.order.enterprise, by=factories.account(), note="停业整顿。")
    decide = reverse("candidate_decide", args=[one.order.reference, other.enrollment.reference, "accept"])
    tables = [reverse("candidates_export", args=[one.order.reference, "csv"])]
    tables.append(reverse("enterprise_download", args=[one.order.enterprise_id, "candidates", "csv"]))
    for read in (address, *tables):
        assert other.enrollment.learner.name not in client.get(read).content.decode()
    assert client.post(decide, {"feedback": "欢迎。"}).status_code == 404
    for name in ("candidates", "interview_slots"):
        assert "企业已被暂停" in client.get(reverse(name, args=[one.order.reference])).content.decode()
    other.refresh_from_db()
    assert other.decision == ""


def test_the_board_says_what_waits(client, one):
    client.force_login(one.owner)
    board = reverse("enterprise_board", args=[one.order.enterprise_id])
    assert "请提供面谈时间" in client.get(board).content.decode()
    slot = making.slot(one.order)
    interviews.book(one, slot=slot, by=one.account)
    assert "请提供面谈时间" not in client.get(board).content.decode()
    begin(slot)
    assert "等待您决定" in client.get(board).content.decode()
    scoring.note(one, text="好。", by=one.owner)
