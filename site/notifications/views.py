"""The inbox, what one wants to be told, and the development page of what the demo would send."""

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt

from notifications import choices
from notifications import outbox as sent
from notifications.models import Message, Topic

PER_PAGE = 20


@login_required
@never_cache
def inbox(request):
    """All messages to this account, newest first."""
    messages = Message.objects.of(request.user)
    page = Paginator(messages, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "notifications/inbox.html", {"page": page, "unread": messages.unread().count()})


@login_required
@never_cache
def message(request, pk):
    """One message; opening it marks it as read."""
    message = get_object_or_404(Message.objects.of(request.user), pk=pk)
    Message.objects.unread().filter(pk=message.pk).update(read_at=timezone.now())
    return render(request, "notifications/message.html", {"message": message})


class ChoiceForm(forms.Form):
    """What to be told by SMS and e-mail."""

    topics = forms.MultipleChoiceField(
        label=gettext_lazy("Tell me by SMS or e-mail"),
        choices=Topic.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )


@login_required
@never_cache
def choose(request):
    """What the account wants to be told of; what concerns its enrollments is not a matter of choice."""
    if request.method == "POST":
        form = ChoiceForm(request.POST)
        if form.is_valid():
            choices.choose(request.user, form.cleaned_data["topics"])
            messages.success(request, _("Saved. You are told what you chose."))
            return redirect("message_settings")
    else:
        form = ChoiceForm(initial={"topics": choices.wanted_by(request.user)})
    return render(request, "notifications/choose.html", {"form": form})


@csrf_exempt  # The token in the address is what allows it: mail programs send the POST, and have no other (RFC 8058).
@never_cache
def unsubscribe(request, token):
    """Switch one topic off by the link in a message, without signing in; a page that asks comes before."""
    found = choices.read(token)
    if found is None:
        raise Http404
    account, topic = found
    if request.method == "POST":
        choices.refuse(account, topic)
    context = {"topic": Topic(topic).label, "done": choices.refuses(account, topic)}
    response = render(request, "notifications/unsubscribe.html", context)
    response["Referrer-Policy"] = "no-referrer"
    return response


@never_cache
def outbox(request):
    """What the demo would have sent to phones and mailboxes. Exists outside production only."""
    back = request.GET.get("next", "")
    if not url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()}):
        back = ""
    return render(request, "notifications/outbox.html", {"entries": sent.latest(), "back": back})
