"""The inbox, and the development page of what the demo would send."""

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache

from notifications import outbox as sent
from notifications.models import Message

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


@never_cache
def outbox(request):
    """What the demo would have sent to phones and mailboxes. Exists outside production only."""
    back = request.GET.get("next", "")
    if not url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()}):
        back = ""
    return render(request, "notifications/outbox.html", {"entries": sent.latest(), "back": back})
