"""Signing in, where allauth's own pages would leave people alone: expiry, waiting times, `next`."""

from allauth.account.internal.stagekit import clear_login
from allauth.account.views import ConfirmLoginCodeView, LoginView
from django.contrib import messages
from django.http import HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from accounts import limits
from accounts.phones import show_phone
from accounts.sign_in import ACTION, StaffSignInForm, with_next


class SignInView(LoginView):
    """One box for phone or e-mail. With a code on its way it leads to the code page, unless asked to start over."""

    def dispatch(self, request, *args, **kwargs):
        """`?restart=1`: the number was mistyped; forget the code that is on its way."""
        if "restart" in request.GET and not request.user.is_authenticated:
            clear_login(request)
        return super().dispatch(request, *args, **kwargs)

    def _redirect_to_pending_stage(self, request, stage):
        response = super()._redirect_to_pending_stage(request, stage)
        response["Location"] = with_next(response["Location"], self.get_next_url())
        return response


class StaffSignInView(LoginView):
    """E-mail and password."""

    template_name = "account/login_staff.html"

    def get_form_class(self):
        """The form with a password."""
        return StaffSignInForm

    def dispatch(self, request, *args, **kwargs):
        """A code that is on its way does not keep staff from their password."""
        if not request.user.is_authenticated:
            clear_login(request)
        return super().dispatch(request, *args, **kwargs)


class ConfirmCodeView(ConfirmLoginCodeView):
    """Asks for the code, sends another, and says why when it cannot."""

    def dispatch(self, request, *args, **kwargs):
        """Say it when the code has expired, and keep `next`."""
        response = super().dispatch(request, *args, **kwargs)
        if not request.user.is_authenticated and not getattr(self, "_process", None):
            messages.error(request, _("The code has expired. Please ask for a new one."))
            return self._start_over()
        return response

    def post(self, request, *args, **kwargs):
        """Refuse another code while its waiting time runs; the code sent before stays valid."""
        if self._process.user is None:
            clear_login(request)
            return self._start_over()
        if request.POST.get("action") == "resend":
            return self._resend()
        return super().post(request, *args, **kwargs)

    def form_invalid(self, form):
        """After too many wrong codes start over, and keep `next`."""
        response = super().form_invalid(form)
        return self._start_over() if response.status_code == 302 else response

    def get_context_data(self, **kwargs):
        """Where the code went, and from when on another may be asked for."""
        context = super().get_context_data(**kwargs)
        seconds = limits.seconds_to_wait(self.request, action=ACTION, key=self._target)
        return {
            **context,
            "recipient": show_phone(context["phone"]) if context["phone"] else context["email"],
            "wait_seconds": seconds,
            "wait_text": limits.wait_text(seconds) if seconds else "",
            "restart_url": f"{reverse('account_login')}?restart=1" + (f"&{self.query_next}" if self.query_next else ""),
        }

    @property
    def _target(self):
        return self._process.state.get("phone") or self._process.state.get("email")

    @property
    def query_next(self):
        """`next` as a piece of a query, or empty."""
        return with_next("", self.get_next_url())[1:]

    def _resend(self):
        seconds = limits.seconds_to_wait(self.request, action=ACTION, key=self._target)
        if seconds or not limits.count(self.request, action=ACTION, key=self._target):
            messages.warning(self.request, limits.wait_text(seconds or 60))
        elif not self._process.can_resend:
            messages.error(self.request, _("No more codes can be sent for this sign-in. Please start again."))
            clear_login(self.request)
            return self._start_over()
        else:
            self._process.resend()
            messages.success(self.request, _("A new code is on its way. The one before no longer counts."))
        return HttpResponseRedirect(with_next(reverse("account_confirm_login_code"), self.get_next_url()))

    def _start_over(self):
        return HttpResponseRedirect(with_next(reverse("account_login"), self.get_next_url()))


sign_in = method_decorator(never_cache, name="dispatch")(SignInView).as_view()
staff_sign_in = method_decorator(never_cache, name="dispatch")(StaffSignInView).as_view()


def to_sign_in(request):
    """allauth's other ways in lead to the one box; the query, with `next`, goes along."""
    query = request.META.get("QUERY_STRING", "")
    return redirect(reverse("account_login") + (f"?{query}" if query else ""))
