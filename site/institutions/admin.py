"""Wagtail's admin of this room: institutions; and what every room's viewsets stand on."""

from django.core.exceptions import PermissionDenied
from django.db.models.deletion import Collector, ProtectedError, RestrictedError
from django.http import Http404
from django.shortcuts import redirect
from django.urls import path
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin import messages
from wagtail.admin.panels import FieldPanel, FieldRowPanel, ObjectList
from wagtail.admin.views import generic
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.permission_policies import ModelPermissionPolicy

from institutions.models import Institution


class _VisiblePolicy(ModelPermissionPolicy):
    """The permission of one's groups, and only for what one may see."""

    def __init__(self, model, visible_to):
        super().__init__(model)
        self._visible_to = visible_to

    def user_has_permission_for_instance(self, user, action, instance):
        """Both must hold."""
        return self.user_has_permission(user, action) and self._visible_to(user).filter(pk=instance.pk).exists()

    def instances_user_has_any_permission_for(self, user, actions):
        """What one may see, with any of these permissions."""
        return self._visible_to(user) if self.user_has_any_permission(user, actions) else self.model.objects.none()


class CarefulDeleteView(generic.DeleteView):
    """Deletes what nothing depends on; else says what stands in the way instead of failing."""

    def refusal(self):
        """Why it cannot be deleted, in words, or None."""
        return dependents(self.object)

    def dispatch(self, request, *args, **kwargs):
        """Turn back before the question is even asked; whoever may not delete hears nothing of what depends on it."""
        if not self.user_has_permission_for_instance("delete", self.object):
            raise PermissionDenied
        if reason := self.refusal():
            messages.error(request, reason)
            return redirect(self.edit_url_name, self.object.pk)
        return super().dispatch(request, *args, **kwargs)


def dependents(instance):
    """What keeps a row from being deleted, in words, or None."""
    try:
        Collector(using="default", origin=instance).collect([instance])
    except (ProtectedError, RestrictedError) as error:
        found = getattr(error, "protected_objects", None) or error.restricted_objects
        names = sorted(str(item) for item in found)
        shown = "、".join(names[:3]) + ("…" if len(names) > 3 else "")
        return gettext("“%(name)s” is still used (%(n)d times: %(shown)s). Change or remove those first.") % {
            "name": instance,
            "n": len(names),
            "shown": shown,
        }
    return None


class GuardedViewSet(ModelViewSet):
    """A viewset whose every view shows only what the person may see; anything else does not exist for them."""

    delete_view_class = CarefulDeleteView

    def visible_to(self, account):
        """The rows that this account may see."""
        return self.model.objects.all()

    @property
    def permission_policy(self):
        """Groups' permissions, narrowed to what is visible."""
        return _VisiblePolicy(self.model, self.visible_to)

    def construct_view(self, view_class, **kwargs):
        """Guard a view: one that names an object answers 404 unless that object is visible."""
        view = super().construct_view(view_class, **kwargs)

        def guarded(request, *args, **kwargs):
            pk = kwargs.get("pk")
            if pk is not None and not self.visible_to(request.user).filter(pk=pk).exists():
                raise Http404
            return view(request, *args, **kwargs)

        return guarded


class RegisterViewSet(GuardedViewSet):
    """Rows that are read, found and changed by acts, never edited in a form: enrollments, orders, payments."""

    add_to_reference_index = False
    copy_view_enabled = False
    search_backend_name = None
    list_per_page = 40
    form_fields = ()  # Wagtail asks for some; there is no form.

    def register_admin_url_finder(self):
        """There is no page to edit one."""

    def act_urlpatterns(self):
        """The addresses beside the list and one row."""
        return []

    def get_urlpatterns(self):
        """The list, one row where it may be looked at, the acts."""
        patterns = [
            path("", self.index_view, name="index"),
            path("results/", self.index_results_view, name="index_results"),
        ]
        if self.inspect_view_enabled:
            patterns.append(path("inspect/<int:pk>/", self.inspect_view, name="inspect"))
        return patterns + self.act_urlpatterns()


class GlanceFirstMixin:
    """For a list whose rows lead to the page that says what can be done now; the form is in the menu of the row."""

    @cached_property
    def columns(self):
        """Wagtail's, with another address for the first."""
        columns = super().columns
        columns[0]._get_url_func = self.get_inspect_url
        return columns


class VisibleIndexView(generic.IndexView):
    """A list of what the person may see."""

    visible_to = None

    def get_base_queryset(self):
        """Start from the guard, not from all rows."""
        return self.visible_to(self.request.user)


class InstitutionViewSet(GuardedViewSet):
    """Institutions: each institution's staff see their own."""

    model = Institution
    name = "institution"
    icon = "home"
    menu_label = _("Institutions")
    index_view_class = VisibleIndexView
    search_fields = ["name"]
    search_backend_name = None
    list_display = ["name", "kind", "district", "phone"]
    list_filter = ["kind", "district"]
    edit_handler = ObjectList(
        [
            FieldPanel("name"),
            FieldRowPanel([FieldPanel("kind"), FieldPanel("district")]),
            FieldPanel("address"),
            FieldRowPanel([FieldPanel("phone"), FieldPanel("hours")]),
        ]
    )

    def visible_to(self, account):
        """One's own."""
        return Institution.objects.staffed_by(account)

    def get_index_view_kwargs(self, **kwargs):
        """The list asks the same question."""
        return super().get_index_view_kwargs(visible_to=self.visible_to, **kwargs)
