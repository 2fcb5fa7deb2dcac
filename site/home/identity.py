"""Who runs this site: said in the header and the footer of every page, edited in the admin."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.contrib.settings.models import BaseSiteSetting, register_setting


@register_setting(icon="site")
class SiteIdentity(BaseSiteSetting):
    """The prefecture, how to reach a person, the numbers that the law wants in the footer. Empty ones are left out."""

    prefecture = models.CharField(
        _("prefecture"), max_length=40, blank=True, help_text=_("As people say it, for example: Daxing'anling.")
    )
    tagline = models.CharField(
        _("tagline"), max_length=40, blank=True, help_text=_("Stands small under the name, at most 15 characters.")
    )
    help_phone = models.CharField(
        _("help line"), max_length=30, blank=True, help_text=_("A person answers here, and can enroll callers.")
    )
    help_hours = models.CharField(_("hours of the help line"), max_length=80, blank=True)
    organiser = models.CharField(_("run by"), max_length=80, blank=True)
    operator = models.CharField(_("carried out by"), max_length=80, blank=True)
    icp_number = models.CharField(_("ICP record number"), max_length=40, blank=True)
    police_number = models.CharField(_("public security record number"), max_length=40, blank=True)
    website_code = models.CharField(_("government website code"), max_length=40, blank=True)

    panels = [
        MultiFieldPanel([FieldPanel("prefecture"), FieldPanel("tagline")], heading=_("Name")),
        MultiFieldPanel([FieldPanel("help_phone"), FieldPanel("help_hours")], heading=_("Help")),
        MultiFieldPanel(
            [
                FieldPanel("organiser"),
                FieldPanel("operator"),
                FieldPanel("icp_number"),
                FieldPanel("police_number"),
                FieldPanel("website_code"),
            ],
            heading=_("Footer"),
        ),
    ]

    class Meta:
        verbose_name = _("site identity")
        verbose_name_plural = _("site identities")

    def __str__(self):
        return self.prefecture or self.site.hostname

    @property
    def dialable_phone(self):
        """The help line as `tel:` links want it: digits and a leading plus only."""
        return "".join(c for c in self.help_phone if c.isdigit() or c == "+")
