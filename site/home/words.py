"""Sentences of Django's own that our Chinese says in plainer words; naming them here brings them into our catalog.

Ours win, because LOCALE_PATHS stand before the catalogs of libraries.
"""

from django.utils.translation import gettext_noop

SENTENCES = [
    gettext_noop("This field is required."),
    gettext_noop("Select a valid choice. That choice is not one of the available choices."),
    gettext_noop("Select a valid choice. %(value)s is not one of the available choices."),
    gettext_noop("Enter a valid date."),
    gettext_noop("Enter a whole number."),
    gettext_noop("Enter a valid email address."),
    gettext_noop("The submitted file is empty."),
    gettext_noop("Ensure this value is greater than or equal to %(limit_value)s."),
    gettext_noop("Ensure this value is less than or equal to %(limit_value)s."),
]
