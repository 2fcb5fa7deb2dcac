"""Which column of a table of the exam office is what: remembered, guessed from usual titles, chosen by staff."""

from django.utils.translation import gettext_lazy as _

from courses.models import ExamImport

NUMBER, NAME, OUTCOME, PATHWAY = "number", "name", "outcome", "pathway"
LABELS = {
    NUMBER: _("candidate number"),
    NAME: _("name of the learner"),
    OUTCOME: _("admitted or not"),
    PATHWAY: _("to which pathway"),
}
# Words that exam offices use. Content of files, not of the site.
_USUAL = {
    NUMBER: "考生号 准考证号 报名号 中考报名号 考号 ksh zkzh bmh candidate_number candidate",
    NAME: "姓名 考生姓名 学生姓名 xm name",
    OUTCOME: "录取结果 录取状态 是否录取 结果 lqjg result",
    PATHWAY: "录取专业 录取院校专业 录取学校 录取项目 专业 lqzy pathway",
}
KNOWN = {title for titles in _USUAL.values() for title in titles.split()}


def asked(work_kind, round):
    """{our name: label} of the columns that an import needs; a subject's name stands for its score."""
    if work_kind == ExamImport.Kind.RESULTS:
        return dict(LABELS)
    return {NUMBER: LABELS[NUMBER], NAME: LABELS[NAME]} | {subject: subject for subject in round.subjects}


def guess(names, header):
    """{our name: title} of what a header seems to hold."""
    plain = {"".join(title.split()).lower(): title for title in header}
    found = {}
    for name in names:
        usual = _USUAL.get(name, f"{name} {name}成绩 {name}分数 {name}分").split()
        title = next((plain[word.lower()] for word in usual if word.lower() in plain), None)
        if title:
            found[name] = title
    return found


def remembered(work):
    """The columns that were last used for such a header at this institution."""
    used = ExamImport.objects.filter(signature=work.signature, institution=work.institution_id, kind=work.kind)
    used = used.exclude(pk=work.pk).exclude(state=ExamImport.State.COLUMNS)
    return used.order_by("-pk").values_list("mapping", flat=True).first()
