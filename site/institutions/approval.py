"""Moderation of pages: an editor's page is approved by a manager of its own institution, not of just any."""

from django.utils.translation import gettext_lazy as _
from wagtail.admin.mail import GroupApprovalTaskStateSubmissionEmailNotifier
from wagtail.models import AbstractGroupApprovalTask, Page, TaskState
from wagtail.signals import task_submitted

from institutions.ownership import foreign_pages, is_foreign


class InstitutionApprovalTask(AbstractGroupApprovalTask):
    """Approval by members of groups who work for the institution that the page belongs to."""

    def user_can_access_editor(self, obj, user):
        """Groups, and institution."""
        return super().user_can_access_editor(obj, user) and not is_foreign(user, [obj.pk])

    def locked_for_user(self, obj, user):
        """While it waits, only those who decide may change it."""
        return not self.user_can_access_editor(obj, user)

    def user_can_lock(self, obj, user):
        """Groups, and institution."""
        return super().user_can_lock(obj, user) and not is_foreign(user, [obj.pk])

    def get_actions(self, obj, user):
        """What may be answered, by those who may answer."""
        return super().get_actions(obj, user) if self.user_can_access_editor(obj, user) else []

    def get_task_states_user_can_moderate(self, user, **kwargs):
        """What waits for this person."""
        waiting = super().get_task_states_user_can_moderate(user, **kwargs)
        if user.is_superuser:
            return waiting
        foreign = Page.objects.filter(foreign_pages(user)).values_list("pk", flat=True)
        return waiting.exclude(workflow_state__object_id__in=[str(pk) for pk in foreign])

    @classmethod
    def get_description(cls):
        """For whoever puts a workflow together."""
        return _("Members of the chosen groups approve pages of their own institutions")

    class Meta:
        verbose_name = _("approval within the institution")
        verbose_name_plural = _("approvals within the institution")


class _Notifier(GroupApprovalTaskStateSubmissionEmailNotifier):
    """Tells those who may approve, of that institution only."""

    def get_recipient_users(self, task_state, **kwargs):
        """The members of the task's groups for whom the page is no foreign one."""
        page = task_state.workflow_state.content_object
        users = super().get_recipient_users(task_state, **kwargs).filter(is_active=True).distinct()
        return users.filter(pk__in=[user.pk for user in users if not is_foreign(user, [page.pk])])


_notifier = _Notifier()


def tell_own_managers():
    """Put our notifier in the place of Wagtail's: it connects later, under the same name, and is then left out."""
    task_submitted.connect(_notifier, sender=TaskState, dispatch_uid="group_approval_task_submitted_email_notification")
