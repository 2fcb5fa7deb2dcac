"""A pathway with everything that its page can say."""

from courses.models import PathwayYear
from tests import factories


def full_pathway(**fields):
    """A published pathway with history, costs, questions, contacts and ways out."""
    fields.setdefault("title", "林业技术 3+2")
    page = factories.pathway(
        occupations="护林员\n森林防火员",
        progression_when="第三学年春季，由学院会同学校组织。",
        exits=[("exit", {"after_year": "3", "what": "中职毕业后工作，或参加普通高职招生"})],
        costs=[("cost", {"what": "住宿", "yuan": 600, "per": "year", "note": "可以走读"})],
        questions=[("question", {"question": "可以转专业吗？", "answer": "<p>转了就离开贯通培养。</p>"})],
        contacts=[("contact", {"who": "招生办", "phone": "0457-212 0000", "hours": "工作日"})],
        journey=[("year", journey_year(number)) for number in range(5)],
        **fields,
    )
    for year, applied in ((2026, 118), (2025, 96), (2024, 83)):
        PathwayYear.objects.create(
            pathway=page, year=year, plan=40, applied=applied, admitted=40, lowest_score="402.5", median_score=431
        )
    return page


def journey_year(number):
    """A school year with all that is said of it."""
    return factories.school_year(
        place="加格达奇区，可以住校",
        tuition=0 if number < 3 else 4800,
        support="家庭经济困难的学生可以申请国家助学金，每年 2300 元",
        certificates="林业有害生物防治员（中级，自愿报考）",
        internship="林场实习 8 周，有补贴",
    )
