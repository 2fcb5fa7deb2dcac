"""Who offers programs: institutions, and which accounts work for them."""

from datetime import timedelta

from django.conf import settings
from django.contrib.auth.models import Group
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.models import Collection
from wagtail.search import index

from accounts.models import District
from institutions.approval import InstitutionApprovalTask
from institutions.pages import InstitutionIndexPage, InstitutionPage

# The pages are named here because Django looks for an app's models in this module.
__all__ = ["Institution", "InstitutionApprovalTask", "InstitutionIndexPage", "InstitutionPage", "Invitation", "Staff"]

INVITATION_DAYS = 7


class InstitutionQuerySet(models.QuerySet):
    """What may be asked of institutions."""

    def staffed_by(self, account):
        """The institutions whose data this account may see and change: all for administrators, else its own."""
        if account.is_superuser:
            return self
        return self.filter(staff__account=account)

    def providers(self):
        """Those that may offer something: not the junior middle schools, which only vouch for their graduates."""
        return self.exclude(kind=Institution.Kind.JUNIOR)


class Institution(index.Indexed, models.Model):
    """A school, college or community college; it owns programs, and staff belong to it."""

    class Kind(models.TextChoices):
        """Kinds of institution, as the prefecture's education bureau lists them."""

        BUREAU = "bureau", _("education bureau")
        SECONDARY = "secondary", _("secondary vocational school")
        COLLEGE = "college", _("college")
        COMMUNITY = "community", _("community college")
        CENTER = "center", _("community learning center")
        # Is here for its staff, who check what its graduates send; it offers nothing and has no page.
        JUNIOR = "junior", _("junior middle school")

    name = models.CharField(_("name"), max_length=80, unique=True)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    district = models.ForeignKey(
        District, models.PROTECT, related_name="institutions", verbose_name=_("county or district")
    )
    address = models.CharField(_("address"), max_length=120, blank=True)
    phone = models.CharField(_("telephone"), max_length=30, blank=True)
    hours = models.CharField(_("opening hours"), max_length=80, blank=True)

    # Kept by collections.py: where its pictures and documents lie, and the group of those who may use them.
    collection = models.OneToOneField(
        Collection, models.SET_NULL, null=True, blank=True, editable=False, related_name="institution"
    )
    workspace = models.OneToOneField(
        Group, models.SET_NULL, null=True, blank=True, editable=False, related_name="institution_workspace"
    )

    objects = InstitutionQuerySet.as_manager()

    search_fields = [index.SearchField("name"), index.AutocompleteField("name")]

    class Meta:
        verbose_name = _("institution")
        verbose_name_plural = _("institutions")
        ordering = ["district_id", "name"]
        permissions = [("view_all_figures", _("Can see the figures of all institutions"))]

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


def _expiry():
    return timezone.now() + timedelta(days=INVITATION_DAYS)


class Invitation(models.Model):
    """A colleague who is asked to work for an institution in a role, by e-mail or SMS. It holds for seven days."""

    institution = models.ForeignKey(
        Institution, models.CASCADE, related_name="invitations", verbose_name=_("institution")
    )
    role = models.CharField(_("role"), max_length=40)
    name = models.CharField(_("name"), max_length=60)
    email = models.EmailField(_("e-mail"), blank=True, default="")
    phone = models.CharField(_("phone"), max_length=11, blank=True, default="")
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("invited by")
    )
    created_at = models.DateTimeField(_("invited"), default=timezone.now, editable=False)
    expires_at = models.DateTimeField(_("valid until"), default=_expiry, editable=False)
    accepted_at = models.DateTimeField(_("accepted"), null=True, blank=True, editable=False)
    withdrawn_at = models.DateTimeField(_("taken back"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        ordering = ["-created_at", "-pk"]

    def __str__(self):
        return f"{self.name} · {self.institution}"
