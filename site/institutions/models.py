"""Who offers programs: institutions, and which accounts work for them."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.search import index

from accounts.models import District
from institutions.pages import InstitutionIndexPage, InstitutionPage

# The pages are named here because Django looks for an app's models in this module.
__all__ = ["Institution", "InstitutionIndexPage", "InstitutionPage", "Staff"]


class InstitutionQuerySet(models.QuerySet):
    """What may be asked of institutions."""

    def staffed_by(self, account):
        """The institutions whose data this account may see and change: all for administrators, else its own."""
        if account.is_superuser:
            return self
        return self.filter(staff__account=account)


class Institution(index.Indexed, models.Model):
    """A school, college or community college; it owns programs, and staff belong to it."""

    class Kind(models.TextChoices):
        """Kinds of institution, as the prefecture's education bureau lists them."""

        BUREAU = "bureau", _("education bureau")
        SECONDARY = "secondary", _("secondary vocational school")
        COLLEGE = "college", _("college")
        COMMUNITY = "community", _("community college")
        CENTER = "center", _("community learning center")

    name = models.CharField(_("name"), max_length=80, unique=True)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    district = models.ForeignKey(
        District, models.PROTECT, related_name="institutions", verbose_name=_("county or district")
    )
    address = models.CharField(_("address"), max_length=120, blank=True)
    phone = models.CharField(_("telephone"), max_length=30, blank=True)
    hours = models.CharField(_("opening hours"), max_length=80, blank=True)

    objects = InstitutionQuerySet.as_manager()

    search_fields = [index.SearchField("name"), index.AutocompleteField("name")]

    class Meta:
        verbose_name = _("institution")
        verbose_name_plural = _("institutions")
        ordering = ["district_id", "name"]

    def __str__(self):
        return self.name


class Staff(models.Model):
    """An account that works for an institution. What it may do there is its Wagtail group's matter."""

    account = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="posts", verbose_name=_("account")
    )
    institution = models.ForeignKey(Institution, models.CASCADE, related_name="staff", verbose_name=_("institution"))

    class Meta:
        verbose_name = _("staff member")
        verbose_name_plural = _("staff")
        constraints = [
            models.UniqueConstraint(fields=["account", "institution"], name="one_post_per_institution"),
        ]

    def __str__(self):
        return f"{self.account} · {self.institution}"
