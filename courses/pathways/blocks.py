"""What a pathway's page is made of where a line of text is not enough: years, exits, costs, questions, contacts."""

from django.utils.translation import gettext_lazy as _
from wagtail import blocks

YEARS = 5


class YearBlock(blocks.StructBlock):
    """One school year of the five. Which one it is follows from its place."""

    place = blocks.CharBlock(
        label=_("place"),
        max_length=60,
        help_text=_("School and campus, and where one lives: at home or in a dormitory."),
    )
    learning = blocks.CharBlock(label=_("what is learned"), max_length=160)
    tuition = blocks.IntegerBlock(
        label=_("tuition (yuan a year)"), min_value=0, max_value=100000, help_text=_("0: no tuition is charged.")
    )
    support = blocks.CharBlock(
        label=_("subsidies"),
        max_length=120,
        required=False,
        help_text=_("Which grants there are, how much, and who gets them."),
    )
    certificates = blocks.CharBlock(label=_("certificates"), max_length=120, required=False)
    internship = blocks.CharBlock(
        label=_("internship"), max_length=120, required=False, help_text=_("How many weeks, where, with what pay.")
    )

    class Meta:
        icon = "calendar"
        label = _("school year")


class ExitBlock(blocks.StructBlock):
    """A way out of the pathway, and what one has in hand then."""

    after_year = blocks.ChoiceBlock(
        label=_("after which year"),
        choices=[(str(year), str(year)) for year in range(1, YEARS + 1)],
    )
    what = blocks.CharBlock(
        label=_("what one can do then"),
        max_length=160,
        help_text=_("For example: with the secondary diploma to work, or to the general college exam."),
    )

    class Meta:
        icon = "logout"
        label = _("way out")


class CostBlock(blocks.StructBlock):
    """What living costs beside tuition."""

    what = blocks.CharBlock(label=_("for what"), max_length=40)
    yuan = blocks.IntegerBlock(label=_("yuan"), min_value=0, max_value=100000)
    per = blocks.ChoiceBlock(
        label=_("how often"),
        choices=[("year", _("a year")), ("month", _("a month")), ("once", _("once"))],
        default="year",
    )
    note = blocks.CharBlock(label=_("note"), max_length=80, required=False)

    class Meta:
        icon = "tag"
        label = _("cost")


class QuestionBlock(blocks.StructBlock):
    """A question that families ask, and its answer."""

    question = blocks.CharBlock(label=_("question"), max_length=80)
    answer = blocks.RichTextBlock(label=_("answer"), features=["bold", "ul", "link"])

    class Meta:
        icon = "help"
        label = _("question")


class ContactBlock(blocks.StructBlock):
    """Whom to ask."""

    who = blocks.CharBlock(label=_("who, and about what"), max_length=60)
    phone = blocks.CharBlock(label=_("telephone"), max_length=30)
    hours = blocks.CharBlock(label=_("when"), max_length=60, required=False)

    class Meta:
        icon = "mail"
        label = _("contact")
