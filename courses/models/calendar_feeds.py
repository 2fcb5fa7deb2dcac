"""The private calendar address of an account."""

import secrets

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


def new_token():
    """256 random bits: who has the address sees the calendar, nobody can guess it."""
    return secrets.token_urlsafe(32)


class CalendarFeed(models.Model):
    """Under which address an account's calendar program reads "my classes". A new token ends the old address."""

    account = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="calendar_feed", verbose_name=_("account")
    )
    token = models.CharField(max_length=43, unique=True, default=new_token, editable=False)

    class Meta:
        verbose_name = _("calendar feed")
        verbose_name_plural = _("calendar feeds")

    def __str__(self):
        return str(self.account)
