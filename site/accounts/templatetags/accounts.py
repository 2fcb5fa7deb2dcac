"""How phone numbers are shown."""

from django import template

from accounts.models import mask_phone
from accounts.phones import show_phone

register = template.Library()
# {{ account.phone|phone }} gives 138 1234 5678, {{ phone|masked_phone }} gives 138****5678.
register.filter("phone", show_phone)
register.filter("masked_phone", mask_phone)
