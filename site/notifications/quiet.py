"""Quiet hours: at night nothing is sent but sign-in codes, which do not pass here."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.utils import timezone

from notifications.models import MessageSettings


@dataclass(frozen=True)
class QuietHours:
    """From when (included) until when (excluded), by the clock of the site. Equal times: never."""

    begin: time
    end: time

    @classmethod
    def now_valid(cls):
        """Those that staff set, or the default."""
        chosen = MessageSettings.objects.first() or MessageSettings()
        return cls(chosen.quiet_from, chosen.quiet_until)

    def cover(self, moment):
        """Whether nothing is sent at this moment."""
        clock = timezone.localtime(moment).time()
        if self.begin <= self.end:
            return self.begin <= clock < self.end
        return clock >= self.begin or clock < self.end

    def end_after(self, moment):
        """When the quiet hours that cover this moment end; the moment itself when none do."""
        if not self.cover(moment):
            return moment
        local = timezone.localtime(moment)
        day = local.date() + timedelta(days=local.time() >= self.end)
        return datetime.combine(day, self.end, tzinfo=local.tzinfo)
