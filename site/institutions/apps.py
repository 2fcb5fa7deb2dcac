"""The app of institutions."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class InstitutionsConfig(AppConfig):
    """Schools, colleges and community colleges, and their staff."""

    name = "institutions"
    verbose_name = _("institutions")

    def ready(self):
        """Narrow Wagtail's rights to one's own institutions, and keep the groups of their collections."""
        from django.contrib.auth import get_user_model
        from django.db.models.signals import m2m_changed, post_delete, post_save

        from institutions import signals
        from institutions.approval import tell_own_managers
        from institutions.ownership import narrow_wagtail

        narrow_wagtail()
        tell_own_managers()
        staff = self.get_model("Staff")
        post_save.connect(signals.post_changed, sender=staff, dispatch_uid="institutions.workspaces")
        post_delete.connect(signals.post_changed, sender=staff, dispatch_uid="institutions.workspaces")
        groups = get_user_model().groups.through
        m2m_changed.connect(signals.groups_changed, sender=groups, dispatch_uid="institutions.workspaces")
