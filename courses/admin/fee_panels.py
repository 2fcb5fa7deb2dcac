"""The tab of an intake's form that says what the class costs."""

from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel, MultiFieldPanel, ObjectList

from courses.admin.intake_forms import AgeWidget


def fee_panels():
    """Fee, reductions, time to pay, refunds."""
    fee = MultiFieldPanel(
        [
            FieldRowPanel([FieldPanel("fee"), FieldPanel("materials_fee")]),
            FieldRowPanel([FieldPanel("pay_hours"), FieldPanel("desk_hours")]),
            FieldPanel("refund_policy"),
        ],
        heading=_("Fee"),
        help_text=_("Whoever is enrolled or waits keeps what they were told; a change holds for those who come later."),
    )
    reductions = InlinePanel(
        "reductions",
        [
            FieldRowPanel([FieldPanel("kind"), FieldPanel("percent")]),
            FieldRowPanel(
                [FieldPanel("min_age", heading=_("from this age"), widget=AgeWidget), FieldPanel("district")]
            ),
            FieldRowPanel([FieldPanel("proof"), FieldPanel("with_materials")]),
        ],
        heading=_("Who pays less"),
        label=_("Reduction"),
        help_text=_("Of several that hold for a learner the greatest counts. Proofs are checked by staff."),
    )
    return ObjectList([fee, reductions], heading=_("Fee"))
