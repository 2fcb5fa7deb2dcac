"""The limits that the rules set for orders, as data that staff edit: they differ by province and by year."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel
from wagtail.contrib.settings.models import BaseGenericSetting, register_setting

# One expression a line; # stands for a number. A line is passed over where a word like "not" stands before it.
DISCRIMINATION = """仅限男
只限男
限男性
限男生
只招男
男性优先
男士优先
男生优先
仅限女
只限女
限女性
限女生
只招女
女性优先
女士优先
女生优先
已婚
未婚
已育
未育
#岁以下
#周岁以下
#岁以内
#周岁以内
#岁至#岁
#-#岁
身高#
五官端正
形象气质佳
本地户口
本地户籍
城镇户口
汉族优先
乙肝
属相
星座
women only
men only"""
MONEY = """押金
保证金
抵押
扣押身份证
扣留身份证
代管身份证
收取培训费
收取服装费
收取实习费
收取管理费
收取中介费
deposit"""


@register_setting(icon="group")
class PartnerSettings(BaseGenericSetting):
    """What stops an order, how long a review may take, when an enterprise is checked again."""

    min_age = models.PositiveSmallIntegerField(
        _("youngest age on a placement"),
        default=16,
        validators=[MinValueValidator(16)],
        help_text=_("The law says 16; it may be set higher here, never lower."),
    )
    lowest_wage = models.PositiveIntegerField(
        _("lowest monthly wage here (yuan)"),
        default=1750,
        help_text=_("Set by the province. Compare it with the labor bureau's figure every year."),
    )
    pay_share = models.PositiveSmallIntegerField(
        _("pay during placement, at least (percent of the wage of the same post)"),
        default=80,
        validators=[MaxValueValidator(100)],
    )
    share_of_staff = models.PositiveSmallIntegerField(
        _("learners on placement, at most (percent of all employees)"), default=10, validators=[MaxValueValidator(100)]
    )
    share_of_post = models.PositiveSmallIntegerField(
        _("learners on placement in one post, at most (percent of the people in it)"),
        default=20,
        validators=[MaxValueValidator(100)],
    )
    discrimination = models.TextField(
        _("words that discriminate"),
        default=DISCRIMINATION,
        help_text=_("One expression a line; # stands for a number. An order that says one of them is not accepted."),
    )
    money_words = models.TextField(
        _("words for deposits and fees"), default=MONEY, help_text=_("One expression a line, as above.")
    )
    days_to_close = models.PositiveSmallIntegerField(
        _("days between submission and the last day to apply, at least"), default=7
    )
    review_days = models.PositiveSmallIntegerField(
        _("working days for a review"), default=5, help_text=_("The enterprise is told this day.")
    )
    second_review_from = models.PositiveSmallIntegerField(
        _("a second reviewer from this number of posts on"), default=30, validators=[MinValueValidator(1)]
    )
    match_days = models.PositiveSmallIntegerField(
        _("working days for a school to answer"),
        default=5,
        validators=[MinValueValidator(1)],
        help_text=_("When it is asked to train for an order."),
    )
    recheck_months = models.PositiveSmallIntegerField(
        _("months until an enterprise is checked again"),
        default=12,
        validators=[MinValueValidator(1), MaxValueValidator(36)],
    )
    recheck_notice_days = models.PositiveSmallIntegerField(
        _("days before, on which the enterprise is reminded"), default=30
    )

    share_closed_days = models.PositiveSmallIntegerField(
        _("days after which an enterprise no longer sees a candidate whose application has ended"),
        default=30,
        validators=[MaxValueValidator(365)],
    )
    interview_change_hours = models.PositiveSmallIntegerField(
        _("hours before an interview until which candidates may change or cancel it"),
        default=24,
        validators=[MaxValueValidator(168)],
    )

    panels = [
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("min_age"), FieldPanel("lowest_wage"), FieldPanel("pay_share")]),
                FieldRowPanel([FieldPanel("share_of_staff"), FieldPanel("share_of_post"), FieldPanel("days_to_close")]),
                FieldPanel("discrimination"),
                FieldPanel("money_words"),
            ],
            heading=_("What stops an order"),
        ),
        MultiFieldPanel(
            [FieldRowPanel([FieldPanel("review_days"), FieldPanel("second_review_from"), FieldPanel("match_days")])],
            heading=_("Reviews of orders"),
        ),
        MultiFieldPanel(
            [FieldRowPanel([FieldPanel("recheck_months"), FieldPanel("recheck_notice_days")])],
            heading=_("Yearly check of enterprises"),
        ),
        MultiFieldPanel(
            [FieldRowPanel([FieldPanel("share_closed_days"), FieldPanel("interview_change_hours")])],
            heading=_("Candidates"),
        ),
    ]

    class Meta:
        verbose_name = _("rules for orders")
        verbose_name_plural = _("rules for orders")

    def __str__(self):
        return str(_("rules for orders"))
