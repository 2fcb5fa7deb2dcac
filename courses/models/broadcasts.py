"""One message of staff to many people (Broadcast): what, to whom, by whom, and how far it is."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from courses.models.intakes import Intake
from notifications.texts import Text, names_in


class BroadcastQuerySet(models.QuerySet):
    """What may be asked of broadcasts."""

    def staffed_by(self, account):
        """One's own, those to classes of one's institutions, or all for who may see all messages."""
        if account.has_perm("notifications.view_all_messages"):
            return self
        return self.filter(Q(by=account) | Q(intake__in=Intake.objects.staffed_by(account)))


class Broadcast(models.Model):
    """A message to the people of many enrollments. `audience` says which (broadcasts.audience), `audience_words` to
    people. Enrollments are worked through by their key: all up to `cursor` are done, none after `newest` are meant."""

    class State(models.TextChoices):
        """How far it is."""

        SENDING = "sending", _("being sent")
        STOPPED = "stopped", _("stopped")
        DONE = "done", _("done")

    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("who")
    )
    created_at = models.DateTimeField(_("when"), default=timezone.now)
    intake = models.ForeignKey(Intake, models.SET_NULL, null=True, related_name="broadcasts", verbose_name=_("intake"))
    audience = models.JSONField(_("to whom"), default=dict)
    audience_words = models.CharField(_("to whom"), max_length=300)
    title = models.CharField(_("title"), max_length=120)
    body = models.TextField(_("text"))
    title_en = models.CharField(_("title in English"), max_length=120, blank=True)
    body_en = models.TextField(_("text in English"), blank=True)
    form_key = models.CharField(max_length=32, unique=True, help_text=_("The same form sent twice is one message."))
    people = models.PositiveIntegerField(_("people"), default=0)
    sms_parts = models.PositiveIntegerField(_("SMS parts"), default=0, help_text=_("As counted before sending."))
    total = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    cursor = models.PositiveBigIntegerField(default=0)
    newest = models.PositiveBigIntegerField(default=0)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.SENDING)
    touched_at = models.DateTimeField(default=timezone.now)
    finished_at = models.DateTimeField(_("finished"), null=True)

    objects = BroadcastQuerySet.as_manager()

    class Meta:
        verbose_name = _("message to many")
        verbose_name_plural = _("messages to many")
        ordering = ["-pk"]

    def __str__(self):
        return self.title

    @property
    def percent(self):
        """How much is written, 0 to 100."""
        if self.state == self.State.DONE or not self.total:
            return 100
        return min(100, self.done * 100 // self.total)

    def text_for(self, language):
        """What readers of this language get: Chinese where there is no English."""
        if language == "en" and self.body_en:
            return Text(self.title_en, self.body_en)
        return Text(self.title, self.body)

    @property
    def is_personal(self):
        """Whether it says something else to each enrollment; else an account reads it once, however many it has."""
        return bool(names_in(self.title + self.body + self.title_en + self.body_en))
