"""The app of institutions."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class InstitutionsConfig(AppConfig):
    """Schools, colleges and community colleges, and their staff."""

    name = "institutions"
    verbose_name = _("institutions")
