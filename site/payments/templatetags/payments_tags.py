"""Money in templates."""

from django import template

from payments import amounts, describe

register = template.Library()


@register.filter
def money(fen):
    """An amount in fen for people: ¥30.00."""
    return amounts.yuan(fen)


@register.filter
def money_method(name):
    """How money came or went, in words."""
    return describe.method(name)
