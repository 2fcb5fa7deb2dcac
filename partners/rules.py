"""What stops an order: hard rules of placements, checked while it is written, each quoted with what would mend it.

Pure functions over answers and limits; what the limits are is data of staff (models/limits.py).
"""

import re
import unicodedata
from dataclasses import dataclass

from django.utils.translation import gettext as _

# Where one of these stands shortly before, the words forbid what they name: 不收押金, 不限男女, no deposit.
_NOT = re.compile(r"(不|无|未|免|禁|勿|非|严禁|没有|\bno|\bnot|\bnever|without)[^，。；,.;\n]{0,6}$", re.IGNORECASE)
_NUMBER = r"[0-9一二三四五六七八九十]+"


@dataclass(frozen=True)
class Stop:
    """A rule that the order breaks: at which field, the rule as it is quoted, and how to mend it."""

    field: str
    rule: str
    mend: str

    def __str__(self):
        return f"{self.rule} {self.mend}"


# The texts of an order, in which words are looked for.
TEXTS = (
    *("title", "summary", "duties", "skills", "certificates", "selection"),
    *("hours", "board", "insurance", "scholarship", "breach", "confidentiality", "contribution"),
)


def stops(answers, *, employees, limits):
    """Every hard rule that these answers break. `answers` holds the valid ones by name; what is missing is not judged.

    `employees` is the enterprise's number of people, `limits` a PartnerSettings.
    """
    found = [*_age(answers, limits), *_charges(answers), *_pay(answers, limits)]
    found += _shares(answers, employees, limits)
    for name in TEXTS:
        text = answers.get(name) or ""
        for rule, expressions in ((_nobody_refused, limits.discrimination), (_no_charges, limits.money_words)):
            if words := found_in(text, expressions):
                found.append(Stop(name, rule(), _("Take out “%(words)s”.") % {"words": "”、“".join(words)}))
    return found


def found_in(text, expressions):
    """The expressions (one a line, # for a number) that a text says, as it says them; not those that it denies."""
    text = unicodedata.normalize("NFKC", text)
    said = []
    for line in expressions.splitlines():
        pattern = re.escape(unicodedata.normalize("NFKC", line.strip())).replace(r"\#", _NUMBER)
        if not pattern:
            continue
        for match in re.finditer(pattern.replace(r"\ ", r"\s+"), text, re.IGNORECASE):
            if not _NOT.search(text[: match.start()]) and match.group() not in said:
                said.append(match.group())
    # "#-#岁" holds "#岁以下": the longest of those that overlap says it.
    return [words for words in said if not any(words != other and words in other for other in said)]


def _nobody_refused():
    return _("Nobody may be refused or preferred for sex, age, origin, family or looks (Employment Promotion Law).")


def _age(answers, limits):
    age = answers.get("min_age")
    if age is not None and age < limits.min_age:
        rule = _("Nobody under %(n)d may be placed at work (rules on placements of vocational students, 2021).")
        yield Stop("min_age", rule % {"n": limits.min_age}, _("Enter %(n)d or more.") % {"n": limits.min_age})


def _no_charges():
    return _(
        "Learners pay no deposit and no fee, and nobody keeps their documents "
        "(rules on placements of vocational students, 2021)."
    )


def _charges(answers):
    if answers.get("charges") == "yes":
        yield Stop("charges", _no_charges(), _("Only an order without deposits and fees can be submitted."))


def _pay(answers, limits):
    after, training, wage = answers.get("pay_after"), answers.get("pay_training"), answers.get("wage_of_post")
    if after is not None and after < limits.lowest_wage:
        rule = _("Whoever works full time earns at least the lowest wage, ¥%(wage)d a month here.")
        at_least = _("Enter %(n)d or more.") % {"n": limits.lowest_wage}
        yield Stop("pay_after", rule % {"wage": limits.lowest_wage}, at_least)
    if answers.get("on_site") == "yes" and training is not None and wage is not None:
        floor = -(-wage * limits.pay_share // 100)
        if training < floor:
            rule = _(
                "On a placement the pay is at least %(share)d%% of the wage of the same post, in money, every month "
                "(rules on placements of vocational students, 2021)."
            )
            yield Stop("pay_training", rule % {"share": limits.pay_share}, _("Enter %(n)d or more.") % {"n": floor})


def _shares(answers, employees, limits):
    if answers.get("on_site") != "yes" or answers.get("posts") is None:
        return
    posts, there, same = answers["posts"], answers.get("interns_now"), answers.get("same_post_staff")
    if there is not None and (posts + there) * 100 > employees * limits.share_of_staff:
        rule = _("Learners on placement are at most %(share)d%% of all employees; you have %(n)d employees.")
        most = max(employees * limits.share_of_staff // 100 - there, 0)
        quoted = rule % {"share": limits.share_of_staff, "n": employees}
        yield Stop("posts", quoted, _("At most %(n)d posts are possible with placements.") % {"n": most})
    if same is not None and posts * 100 > same * limits.share_of_post:
        rule = _("Learners on placement are at most %(share)d%% of the people in one post; you have %(n)d there.")
        most = same * limits.share_of_post // 100
        quoted = rule % {"share": limits.share_of_post, "n": same}
        yield Stop("same_post_staff", quoted, _("At most %(n)d posts are possible with placements.") % {"n": most})
