"""Whoever gets or loses a post or a role gets or loses the pictures and documents of the institution."""

from django.contrib.auth import get_user_model

from institutions.collections import sync_workspaces


def post_changed(instance, **kwargs):
    """A post was given or taken."""
    sync_workspaces(instance.account)


def groups_changed(instance, action, pk_set=None, **kwargs):
    """A role was given or taken; groups of collections themselves change nothing."""
    if not action.startswith("post_") or not isinstance(instance, get_user_model()):
        return
    from django.contrib.auth.models import Group

    changed = Group.objects.filter(pk__in=pk_set or ())
    if action == "post_clear" or changed.filter(institution_workspace=None).exists():
        sync_workspaces(instance)
