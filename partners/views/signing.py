"""Asking for the code and entering it: the same for learner, guardian, enterprise and school.

One address: `send` asks for a code, within the site's limits for codes; `code` signs. What is open stays open when
something is wrong.
"""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts import limits
from partners import signing
from partners.agreement_forms import SignForm
from partners.models import SignCode
from partners.moves import PartnerError

ACTION = "verify_phone"  # The site's limits for codes to a known phone; the key says that it is for signing.


class Signing:
    """The page on which an account signs agreements as a party."""

    def __init__(self, request, agreements, party, *, back):
        self.request, self.agreements, self.party, self.back = request, agreements, party, back
        self.subject = signing.subject_of(agreements, party)

    def answer(self, template, context, *, draw=render):
        """The answer to the request; `draw(request, template, context)` makes the page."""
        request, form = self.request, SignForm(party=self.party, initial={"name": self.request.user.name})
        if request.method == "POST" and "send" in request.POST:
            return self._send()
        if request.method == "POST":
            form = SignForm(request.POST, party=self.party)
            if form.is_valid() and self._sign(form):
                return self.back
        context |= {"form": form, "party": self.party, "sent": self._sent(), "n": len(self.agreements)}
        return draw(request, template, context)

    def _sent(self):
        """The code that was sent and still holds, or None."""
        mine = SignCode.objects.filter(account=self.request.user, subject=self.subject, used_at=None)
        return mine.filter(sent_at__gt=timezone.now() - signing.LASTS, attempts__lt=signing.MOST_TRIES).first()

    def _send(self):
        # By person and party, not by what is chosen: another choice of documents gives no further codes.
        key = f"sign:{self.request.user.pk}:{self.party}"
        seconds = limits.seconds_to_wait(self.request, action=ACTION, key=key)
        if seconds or not limits.count(self.request, action=ACTION, key=key):
            messages.warning(self.request, limits.wait_text(seconds or 60))
            return redirect(self.request.get_full_path())
        try:
            sent_to = signing.send_code(self.agreements, party=self.party, by=self.request.user)
        except PartnerError as refused:
            messages.error(self.request, " ".join(refused.messages))
            return self.back
        if not sent_to:
            messages.info(self.request, _("This is signed already."))
            return self.back
        return redirect(self.request.get_full_path())

    def _sign(self, form):
        data = form.cleaned_data
        try:
            signed = signing.sign(
                self.agreements,
                party=self.party,
                code=data["code"],
                by=self.request.user,
                name=data.get("name", ""),
            )
        except signing.CodeError as refused:
            form.add_error("code", refused.messages)
            return False
        except PartnerError as refused:
            form.add_error(None, refused.messages)
            return False
        text = ngettext("Signed. %(n)d agreement.", "Signed. %(n)d agreements.", len(signed))
        messages.success(self.request, text % {"n": len(signed)})
        return True
