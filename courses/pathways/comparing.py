"""Up to four pathways side by side: one line for each thing that families weigh, and whether they differ in it."""

from dataclasses import dataclass

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from courses.pathways.cards import lines, pathway_cards, published, tuition


@dataclass(frozen=True)
class Line:
    """One thing compared: its name and what each pathway says, in their order; a text of several lines as a list."""

    name: str
    cells: list

    @property
    def differs(self):
        """Whether not all say the same."""
        return any(cell != self.cells[0] for cell in self.cells[1:])


def compare(slugs, *, now=None):
    """The cards of these pathways in their order, and the lines of the table."""
    found = {page.slug: page for page in published().filter(slug__in=slugs)}
    cards = pathway_cards([found[slug] for slug in slugs if slug in found], now=now)
    return cards, [Line(name, [_cell(read(card)) for card in cards]) for name, read in _lines()]


def _cell(said):
    """As a list of lines; nothing known is said, too."""
    said = [said] if isinstance(said, str) else list(said)
    return [text for text in said if text] or [_("not stated")]


def _lines():
    """What is compared: (name, what a card says of it)."""
    return [
        (_("State"), lambda card: card.facts.standing.label if card.facts else _("No intake at present")),
        (_("Secondary school"), lambda card: card.page.institution.name),
        (_("Major there"), lambda card: _major(card.page.secondary_major)),
        (_("College"), lambda card: card.page.college.name),
        (_("Major at the college"), lambda card: _major(card.page.college_major)),
        (_("County or district"), lambda card: card.page.institution.district.name),
        (_("Who may join"), lambda card: lines(card.page.who_may_apply)),
        (_("Approved number a year"), lambda card: str(card.page.approved_seats)),
        (_("Enrollment"), lambda card: card.facts.until if card.facts else ""),
        (_("Tuition"), lambda card: tuition(card.page)),
        (_("Living costs"), lambda card: [cost_in_words(block.value) for block in card.page.costs]),
        (_("Last year"), lambda card: year_in_words(card.last_year)),
        (_("What is assessed in the passage"), lambda card: lines(card.page.progression_criteria)),
        (_("Who does not pass"), lambda card: lines(card.page.progression_failed)),
        (_("Work it leads to"), lambda card: lines(card.page.occupations)),
    ]


def _major(major):
    return f"{major.name} {major.code}"


def cost_in_words(cost):
    """What living costs: dormitory ¥600 a year."""
    how_often = {"year": _("%(what)s ¥%(yuan)s a year"), "month": _("%(what)s ¥%(yuan)s a month")}
    text = how_often.get(cost["per"], _("%(what)s ¥%(yuan)s once"))
    return text % {"what": cost["what"], "yuan": f"{cost['yuan']:,}"}


def year_in_words(year):
    """The newest year: how many seats, how many applied, and with which scores."""
    if year is None:
        return []
    said = [
        _("%(year)d: %(applied)d applied for %(plan)d seats")
        % {"year": year.year, "applied": year.applied, "plan": year.plan}
    ]
    if year.lowest_score is not None:
        said.append(_("lowest score %(score)s") % {"score": score(year.lowest_score)})
    if year.median_score is not None:
        said.append(_("median score %(score)s") % {"score": score(year.median_score)})
    return [pgettext("between two conditions", ", ").join(said)]


def score(value):
    """A score without a needless .0."""
    return number_format(value.normalize() if value != value.to_integral() else value.to_integral(), use_l10n=False)
