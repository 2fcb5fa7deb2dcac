"""The blocks that bodies of pages are written with. Here, below courses and home, because both use them."""

from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.contrib.table_block.blocks import TableBlock
from wagtail.images.blocks import ImageBlock

TEXT_FEATURES = ["h3", "bold", "ol", "ul", "link", "document-link"]


class PictureBlock(blocks.StructBlock):
    """A picture with the words that stand for it."""

    image = ImageBlock(label=_("picture"), help_text=_("Say in the alternative text what the picture tells."))
    caption = blocks.CharBlock(label=_("caption"), required=False, max_length=120)

    class Meta:
        icon = "image"
        label = _("picture")
        template = "components/blocks/picture.html"


class CalloutBlock(blocks.StructBlock):
    """One thing that must not be missed."""

    kind = blocks.ChoiceBlock(
        label=_("kind"),
        choices=[("info", _("good to know")), ("warn", _("important")), ("ok", _("what helps"))],
        default="info",
    )
    text = blocks.RichTextBlock(label=_("text"), features=["bold", "link"])

    class Meta:
        icon = "warning"
        label = _("call-out")
        template = "components/blocks/callout.html"


class StepsBlock(blocks.StructBlock):
    """What to do, one step after the other."""

    steps = blocks.ListBlock(blocks.RichTextBlock(features=["bold", "link"], label=_("step")), label=_("steps"))

    class Meta:
        icon = "list-ol"
        label = _("steps")
        template = "components/blocks/steps.html"


class BodyBlock(blocks.StreamBlock):
    """The body of a page."""

    heading = blocks.CharBlock(
        label=_("heading"), icon="title", max_length=60, template="components/blocks/heading.html"
    )
    paragraph = blocks.RichTextBlock(label=_("text"), icon="pilcrow", features=TEXT_FEATURES)
    picture = PictureBlock()
    callout = CalloutBlock()
    steps = StepsBlock()
    table = TableBlock(
        label=_("table"),
        icon="table",
        template="components/blocks/table.html",
        # The editor ships no other language, and complains in the console when it is asked for one.
        table_options={"contextMenu": True, "renderer": "text", "language": "en-US"},
    )

    class Meta:
        required = False
