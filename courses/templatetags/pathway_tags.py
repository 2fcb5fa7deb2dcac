"""Words of pathways for the templates."""

from django import template
from django.db.models import Q
from django.utils.translation import gettext as _

from courses import describe
from courses.pathways import comparing
from courses.pathways.cards import pathway_cards, published, where

register = template.Library()


@register.filter
def tuition_a_year(yuan):
    """Tuition of one year in words; takes yuan."""
    if not yuan:
        return _("no tuition")
    return _("tuition %(amount)s a year") % {"amount": describe.yuan(yuan * 100)}


@register.filter
def cost(value):
    """What living costs, in words; takes the value of a CostBlock."""
    return comparing.cost_in_words(value)


@register.filter
def score(value):
    """A score, or a dash where none was published."""
    return comparing.score(value) if value is not None else "—"


@register.filter
def year_in_words(year):
    """The newest year in one sentence."""
    return "".join(comparing.year_in_words(year))


@register.filter
def both_places(page):
    """Where the five years take place."""
    return where(page)


@register.simple_tag
def pathways_of(institution):
    """Cards of the pathways of an institution, as the school of the first years or the college of the last."""
    either = Q(institution=institution) | Q(college=institution)
    return pathway_cards(published().filter(either).order_by("title"))


@register.simple_tag
def compare_address(search, slug):
    """The query of the list with this pathway added to those compared, or taken from them."""
    return search.with_compared(slug)
