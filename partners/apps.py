"""The app of enterprises and their orders."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PartnersConfig(AppConfig):
    """Enterprises, their members, their training orders."""

    name = "partners"
    verbose_name = _("partners")

    def ready(self):
        """Register what this room keeps of a person, and the kinds of message that it sends."""
        from courses.signals import enrollment_moved
        from partners import (  # noqa: F401 - registering is what some are imported for
            agreement_data,
            agreement_messages,
            agreements,
            board,
            candidate_messages,
            candidates,
            conditions,
            leads,
            messages,
            own_agreements,
            own_candidacy,
            personal_data,
            program_making,
            training,
        )
        from partners.alliance import messages as alliance_messages  # noqa: F401 - likewise

        personal_data.register()
        agreement_data.register()
        own_candidacy.register()
        own_agreements.register()
        board.register()
        program_making.connect()
        enrollment_moved.connect(candidates.follow, dispatch_uid="candidates")
        enrollment_moved.connect(agreements.follow, dispatch_uid="agreements")
