"""The template of agreements: what it may name, how it is checked and filled, and the text that comes with the site.

A placeholder is a name in braces. A text with an unknown one, or without one of the terms that bind, is refused: what
the learner acknowledged before applying must stand in what is signed.
"""

import re
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from partners.models import AgreementTemplate
from partners.moves import PartnerError

_NAME = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True)
class Placeholder:
    """A name that the template may hold, what stands there, and an example for the preview."""

    name: str
    meaning: str
    example: str
    required: bool = False


PLACEHOLDERS = [
    Placeholder("learner", gettext_lazy("name of the learner"), "林小满（示例）", True),
    Placeholder("guardian", gettext_lazy("name of the guardian, if under 18"), "林建国（示例）", True),
    Placeholder("enterprise", gettext_lazy("name of the enterprise"), "示例蓝莓加工厂", True),
    Placeholder("uscc", gettext_lazy("its Unified Social Credit Code"), "91000000XUEL00000X"),
    Placeholder("institution", gettext_lazy("name of the school"), "示例职业技术学校", True),
    Placeholder("order", gettext_lazy("reference of the training order"), "DD2611-7K3M-9QXT"),
    Placeholder("post", gettext_lazy("title of the post"), "蓝莓加工工", True),
    Placeholder("occupation", gettext_lazy("occupation in the classification"), "果蔬加工工 6-01-07-01"),
    Placeholder("place", gettext_lazy("place of work"), "塔河镇示例路1号"),
    Placeholder("starts", gettext_lazy("first day of the training"), "2027年3月1日", True),
    Placeholder("ends", gettext_lazy("last day of the training"), "2027年6月30日", True),
    Placeholder("pay_training", gettext_lazy("pay during the training"), "每月3300元", True),
    Placeholder("pay_after", gettext_lazy("pay afterwards"), "每月4000元", True),
    Placeholder("hours", gettext_lazy("hours"), "每周五天，每天八小时"),
    Placeholder("board", gettext_lazy("board and lodging"), "包吃住"),
    Placeholder("insurance", gettext_lazy("insurance"), "实习责任险由企业缴纳"),
    Placeholder("scholarship", gettext_lazy("scholarship or help"), "无"),
    Placeholder("service", gettext_lazy("how long the learner must stay"), "12个月", True),
    Placeholder("breach", gettext_lazy("what follows a breach"), "提前离开不收任何费用。", True),
    Placeholder("confidentiality", gettext_lazy("what must be kept secret"), "无", True),
    Placeholder("day", gettext_lazy("the day on which it is made"), "2026年11月28日"),
]
_KNOWN = {one.name: one for one in PLACEHOLDERS}

TITLE = "订单培养三方协议"
BODY = """甲方（学员）：{learner}
监护人：{guardian}
乙方（企业）：{enterprise}（统一社会信用代码 {uscc}）
丙方（学校）：{institution}

根据《职业学校学生实习管理规定》和培训订单 {order}，三方就订单培养和到岗实践约定如下。

一、岗位与时间
1. 岗位：{post}（{occupation}）。工作地点：{place}。
2. 培训自{starts}起，至{ends}止。各方签齐之前，学员不到岗。
3. 工作时间：{hours}。

二、报酬与保障
4. 培训期间的报酬：{pay_training}。乙方每月以货币直接付给学员，并在网站如实上报。
5. 培训结束上岗后的报酬：{pay_after}。
6. 食宿：{board}。
7. 保险：{insurance}。
8. 奖助：{scholarship}。
9. 任何一方不向学员收取押金、保证金、培训费、服装费，不扣留身份证件。

三、学员的义务
10. 培训结束后的服务年限：{service}。
11. 提前离开或违约的后果：{breach}
12. 保密约定：{confidentiality}

四、乙方和丙方的义务
13. 乙方安排合格的师傅带教，进行岗前安全教育，不安排夜间、高强度或者国家禁止学员从事的劳动。
14. 丙方负责教学计划，指定专人联系学员和乙方，处理学员的申诉。

五、其他
15. 本协议由各方以验证码确认的方式签署，各方签齐时生效。文本改动须另立新协议。
16. 学员不满18周岁的，监护人同意并共同签署。
17. 争议由三方协商；协商不成的，可以向教育局反映，或者依法解决。

生成日期：{day}"""
_FIRST = {"title": TITLE, "body": BODY, "note": "随网站自带的文本"}


class TemplateError(PartnerError):
    """The text cannot serve as a template; the messages say where."""


def current():
    """The version in use, to read; the first one comes with the site."""
    return AgreementTemplate.objects.first() or AgreementTemplate(number=1, **_FIRST)


def kept():
    """The version in use, as a row: to be listed, or made an agreement of. The first is kept when it is first asked."""
    return AgreementTemplate.objects.first() or AgreementTemplate.objects.get_or_create(number=1, defaults=_FIRST)[0]


def check(body):
    """Raise TemplateError with everything that is wrong with a text."""
    names = _NAME.findall(body)
    wrong = [
        _("There is no placeholder {%(name)s}. Choose one of the list.") % {"name": name}
        for name in dict.fromkeys(names)
        if name not in _KNOWN
    ]
    if "{" in _NAME.sub("", body) or "}" in _NAME.sub("", body):
        wrong.append(_("A brace is not closed, or holds something else than one name."))
    wrong += [
        _("{%(name)s} is missing: %(meaning)s must stand in every agreement.")
        % {"name": one.name, "meaning": one.meaning}
        for one in PLACEHOLDERS
        if one.required and one.name not in names
    ]
    if wrong:
        raise TemplateError(*wrong)


def add_version(*, title, body, note, by):
    """Put a new version into use; agreements that were made keep their own text. Returns it."""
    check(body)
    told = {"title": title.strip(), "body": body.strip(), "note": note.strip(), "by": by}
    try:
        with transaction.atomic():
            return AgreementTemplate.objects.create(number=kept().number + 1, **told)
    except IntegrityError:
        raise TemplateError(_("Somebody else has just put another version into use. Look at it first.")) from None


def fill(body, values):
    """The text with its placeholders filled in; what is empty reads 无."""
    return _NAME.sub(lambda found: str(values[found[1]] or "无"), body)


def preview(body):
    """The text with the examples; unknown placeholders stay as they are written."""
    return _NAME.sub(lambda found: _KNOWN[found[1]].example if found[1] in _KNOWN else found[0], body)
