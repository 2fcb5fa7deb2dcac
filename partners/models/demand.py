"""What staff decide about a major when they look at the demand, and the thresholds from which something is proposed."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel
from wagtail.contrib.settings.models import BaseGenericSetting, register_setting

from accounts.append_only import append_only
from courses.models import Major
from partners.models.records import Record


class Advice(models.TextChoices):
    """What the figures of a major say, in one word."""

    OPEN = "open", pgettext_lazy("advice", "open")
    WIDEN = "widen", _("widen")
    HOLD = "hold", _("hold")
    NARROW = "narrow", _("narrow")


@register_setting(icon="view")
class DemandSettings(BaseGenericSetting):
    """From which figures on a major is proposed to be opened, widened or narrowed. Nothing follows by itself."""

    months = models.PositiveSmallIntegerField(
        _("months of orders"),
        default=12,
        validators=[MinValueValidator(3), MaxValueValidator(60)],
        help_text=_("Counted are orders whose training begins since so many months, and all that begin later."),
    )
    open_posts = models.PositiveSmallIntegerField(
        _("open a major from this number of posts"), default=15, validators=[MinValueValidator(1)]
    )
    open_enterprises = models.PositiveSmallIntegerField(
        _("asked for by at least so many enterprises"),
        default=2,
        validators=[MinValueValidator(1)],
        help_text=_("One enterprise alone is a reason for an order program, not for a new major."),
    )
    widen_percent = models.PositiveSmallIntegerField(
        _("widen from so many posts (percent of the graduates)"), default=120, validators=[MinValueValidator(100)]
    )
    widen_placed = models.PositiveSmallIntegerField(
        _("and at least so many graduates at work in the trade (percent)"),
        default=60,
        validators=[MaxValueValidator(100)],
    )
    narrow_percent = models.PositiveSmallIntegerField(
        _("narrow up to so many posts (percent of the graduates)"), default=50, validators=[MaxValueValidator(100)]
    )
    narrow_placed = models.PositiveSmallIntegerField(
        _("and fewer graduates than this at work in the trade (percent)"),
        default=50,
        validators=[MaxValueValidator(100)],
    )
    change_percent = models.PositiveSmallIntegerField(
        _("propose again after a change of (percent)"),
        default=25,
        validators=[MinValueValidator(5), MaxValueValidator(200)],
        help_text=_("What was decided rests until posts, graduates or seats have changed by so much."),
    )

    panels = [
        FieldRowPanel([FieldPanel("months"), FieldPanel("change_percent")]),
        MultiFieldPanel(
            [FieldRowPanel([FieldPanel("open_posts"), FieldPanel("open_enterprises")])], heading=_("Open a major")
        ),
        MultiFieldPanel(
            [FieldRowPanel([FieldPanel("widen_percent"), FieldPanel("widen_placed")])], heading=_("Widen a major")
        ),
        MultiFieldPanel(
            [FieldRowPanel([FieldPanel("narrow_percent"), FieldPanel("narrow_placed")])], heading=_("Narrow a major")
        ),
    ]

    class Meta:
        verbose_name = _("rules for suggestions about majors")
        verbose_name_plural = _("rules for suggestions about majors")
        constraints = [
            # Else one and the same major could be proposed to be widened and narrowed.
            models.CheckConstraint(
                condition=Q(narrow_percent__lt=models.F("widen_percent")), name="narrow_below_widen"
            ),
        ]

    def __str__(self):
        return str(_("rules for suggestions about majors"))

    @classmethod
    def now(cls):
        """Those that hold."""
        return cls.objects.first() or cls()


@append_only
class MajorDecision(Record):
    """A suggestion about a major that somebody accepted or dismissed; `note` is the reason.

    `figures` are those that led to it, so that a later reader sees what was known.
    """

    major = models.ForeignKey(Major, models.PROTECT, related_name="decisions", verbose_name=_("major"))
    advice = models.CharField(_("suggestion"), max_length=8, choices=Advice.choices)
    accepted = models.BooleanField(_("accepted"))
    figures = models.JSONField(_("figures"), default=dict)

    class Meta(Record.Meta):
        verbose_name = _("decision about a major")
        verbose_name_plural = _("decisions about majors")

    def __str__(self):
        return f"{self.major} · {self.get_advice_display()}"
