"""The draw of a round in the admin: closing the list, the seed, trying it out, drawing, and how far it is."""

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView
from wagtail.admin.views.generic import WagtailAdminTemplateMixin
from wagtail.log_actions import log

from courses.describe import moment
from courses.draws import admitting, drand, drawing, explaining, freezing, marks, seeding
from courses.models import AdmissionRound
from courses.moves import EnrollmentError


class ReplaceForm(forms.Form):
    """Why a draw is repeated."""

    why = forms.CharField(
        label=gettext_lazy("Why the draw is repeated"),
        max_length=300,
        help_text=gettext_lazy("Everybody reads it, beside both draws."),
    )


class DrawView(WagtailAdminTemplateMixin, TemplateView):
    """One round's draw: what was done, and the next step. Whoever may change a round may draw it."""

    template_name = "courses/admin/draw.html"
    page_title = gettext_lazy("Draw")
    header_icon = "list-ol"
    permission_policy = None
    model = AdmissionRound

    @cached_property
    def round(self):
        """The round of the address, if it is one of this person's institutions."""
        rounds = AdmissionRound.objects.staffed_by(self.request.user).select_related("institution", "term")
        return get_object_or_404(rounds, pk=self.kwargs["pk"])

    @cached_property
    def draw(self):
        """The draw that counts, or None while nothing was announced."""
        return self.round.draws.current().select_related("round", "frozen_by", "drawn_by", "replaces").first()

    def dispatch(self, request, *args, **kwargs):
        """For those who may change rounds, and published rounds only."""
        if not request.user.has_perm("courses.change_admissionround"):
            raise PermissionDenied
        if self.round.status == AdmissionRound.Status.DRAFT:
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    def get_page_title(self):
        """In the words of the round's rule."""
        return _("The ranking") if self.round.rule == AdmissionRound.Rule.RANKED else self.page_title

    def get_page_subtitle(self):
        """Which round."""
        return self.round.name

    def post(self, request, *args, **kwargs):
        """Do one step; what cannot be done is said, and nothing has changed."""
        act = {
            "freeze": self.freeze,
            "digits": self.digits,
            "beacon": self.beacon,
            "number": lambda: seeding.open_own_number(self.draw),
            "draw": self.carry_out,
            "replace": self.replace,
        }.get(request.POST.get("act"))
        if act is None or (self.draw is None and request.POST["act"] != "freeze"):
            raise Http404
        try:
            said = act()
        except EnrollmentError as refused:
            for message in refused.messages:
                messages.error(request, message)
        except drand.BeaconError as refused:
            messages.error(request, str(refused))
        else:
            log(self.round, f"courses.draw_{request.POST['act']}", user=request.user)
            messages.success(request, said or _("Done."))
        return redirect(reverse("admission_round:draw", args=[self.round.pk]))

    def freeze(self):
        """Close the list of entries."""
        draw = freezing.freeze(self.round, by=self.request.user)
        return _("The list of entries is closed and published as %(draw)s.") % {"draw": draw.reference}

    def digits(self):
        """One person's reading of the balls."""
        agreed = seeding.read_digits(self.draw, self.request.POST.get("digits", ""), by=self.request.user)
        return _("Both entries agree: the seed is fixed.") if agreed else _("Now another person enters the digits.")

    def beacon(self):
        """The beacon, fetched or pasted."""
        seeding.take_beacon(self.draw, self.request.POST.get("signature", ""))
        return _("The beacon is genuine: the seed is fixed.")

    def carry_out(self):
        """Draw, and have the seats given in the background."""
        draw = drawing.carry_out(self.draw, by=self.request.user)
        admitting.admit.enqueue(draw.pk)
        if not draw.is_out():
            at = moment(draw.round.results_at)
            return _("Drawn. The result comes out at %(at)s by itself; until then only staff see it.") % {"at": at}
        return _("Drawn. Seats are being offered and everybody is told; this page shows how far it is.")

    def replace(self):
        """A new draw in the place of this one."""
        form = ReplaceForm(self.request.POST)
        why = form.cleaned_data["why"] if form.is_valid() else ""
        draw = drawing.replace(self.draw, by=self.request.user, why=why)
        return _("Draw %(draw)s takes its place. Close the list again.") % {"draw": draw.reference}

    def get_context_data(self, **kwargs):
        """Where the draw stands, and what the next step shows."""
        draw, round = self.draw, self.round
        context = super().get_context_data(**kwargs) | {
            "round": round,
            "draw": draw,
            "steps": explaining.steps(draw) if draw else [],
            "next": self.next_step(),
            "earlier": round.draws.exclude(pk=draw.pk) if draw else [],
            "may_replace": draw and draw.frozen_at and not draw.seeded_at and round.seed_source != "committed",
            "replace_form": ReplaceForm(),
        }
        if context["next"] == "freeze":
            live = list(round.entries.live())
            ranked = round.rule == AdmissionRound.Rule.RANKED
            context |= {
                "entries": len(live),
                "without_marks": sum(marks.keys(round, entry) is None for entry in live) if ranked else 0,
            }
        if context["next"] == "digits":
            context["pending"] = seeding.pending_reading(draw)
        if context["next"] in ("beacon", "beacon_later"):
            context |= {"beacon_url": drand.address_of(draw.beacon), "beacon_at": drand.time_of(draw.beacon)}
        if context["next"] == "draw":
            counts = drawing.try_out(draw)
            context |= {"counts": self.named(counts["intakes"]), "summary": explaining.summary(counts)}
        if draw and draw.drawn_at:
            context |= {"progress": admitting.progress(draw), "held": not draw.is_out()}
        return context

    def named(self, counts):
        """The counts of each class with its title: nobody knows classes by their code."""
        titles = {one.code: one.title for one in self.round.intakes.select_related("program")}
        return [row | {"title": titles.get(row["code"], row["code"])} for row in counts]

    def next_step(self):
        """What can be done now: the name of a part of the template."""
        draw, round = self.draw, self.round
        if round.status != AdmissionRound.Status.PUBLISHED:
            return ""
        if draw is None or not draw.frozen_at:
            return "freeze" if freezing.may_freeze(round) else "wait"
        if not draw.seeded_at:
            if round.seed_source == AdmissionRound.SeedSource.DRAND and timezone.now() < drand.time_of(draw.beacon):
                return "beacon_later"
            return {"witnessed": "digits", "drand": "beacon", "committed": "number"}[round.seed_source]
        return "" if draw.drawn_at else "draw"

    def get_breadcrumbs_items(self):
        """Rounds, the round, its draw."""
        return [
            *super().get_breadcrumbs_items(),
            {"url": reverse("admission_round:index"), "label": AdmissionRound._meta.verbose_name_plural},
            {"url": reverse("admission_round:inspect", args=[self.round.pk]), "label": self.round.name},
            {"url": "", "label": self.get_page_title()},
        ]
