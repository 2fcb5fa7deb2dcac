"""Addresses of enterprises and their orders. The public directory is a page (pages.py)."""

from django.urls import path

from partners.alliance.urls import urlpatterns as alliance
from partners.demand import views as demand
from partners.views import (
    agreements,
    candidates,
    downloads,
    enterprises,
    interviews,
    members,
    orders,
    outcomes,
    programs,
    slots,
)

_ORDER = "enterprise/orders/<slug:reference>/"
_CANDIDATE = f"{_ORDER}candidates/<slug:candidate>/"
_MINE = "my/interviews/<slug:reference>/"
_AGREED = f"{_ORDER}agreements/"
_OWN = "my/agreements/<slug:reference>/"
urlpatterns = [
    path("agreements/<slug:reference>/", agreements.verify, name="agreement_verify"),
    path(_OWN, agreements.show, name="agreement"),
    path(f"{_OWN}sign/<slug:party>/", agreements.sign, name="agreement_sign"),
    path(f"{_OWN}agreement.<slug:kind>", agreements.paper, name="agreement_paper"),
    path(f"{_OWN}end/", agreements.end, name="agreement_end"),
    path(f"{_OWN}pay/<slug:month>/", agreements.not_so, name="agreement_not_so"),
    path(f"{_OWN}work/<slug:point>/", agreements.placement, name="agreement_placement"),
    *alliance,
    path("order-programs/", programs.show_list, name="order_programs"),
    path("order-programs/<str:slug>/", programs.order_program, name="order_program"),
    path("order-programs/<str:slug>/seats/", programs.seats, name="order_program_seats"),
    path("demand/", demand.board, name="demand"),
    path("demand/download/<slug:file_format>/", demand.download, name="demand_download"),
    path("enterprise/", enterprises.home, name="enterprise_home"),
    path("enterprise/register/", enterprises.register, name="enterprise_register"),
    path("enterprise/claim/", enterprises.claim, name="enterprise_claim"),
    path("enterprise/join/<str:token>/", members.join, name="enterprise_join"),
    path("enterprise/<int:pk>/", enterprises.show_board, name="enterprise_board"),
    path("enterprise/<int:pk>/details/", enterprises.details, name="enterprise_details"),
    path("enterprise/<int:pk>/papers/<int:paper>/", enterprises.paper, name="enterprise_paper"),
    path("enterprise/<int:pk>/members/", members.show_members, name="enterprise_members"),
    path("enterprise/<int:pk>/members/<int:member>/", members.change_member, name="enterprise_member"),
    path(
        "enterprise/<int:pk>/invitations/<int:invitation>/withdraw/",
        members.withdraw_invitation,
        name="enterprise_invitation_withdraw",
    ),
    path("enterprise/<int:pk>/claims/<int:claim>/", members.answer_claim, name="enterprise_claim_answer"),
    path("enterprise/<int:pk>/downloads/", downloads.show_list, name="enterprise_downloads"),
    path("enterprise/<int:pk>/downloads/<slug:key>/<slug:file_format>/", downloads.give, name="enterprise_download"),
    path("enterprise/<int:pk>/orders/new/", orders.new, name="order_new"),
    path(_ORDER, orders.show, name="order"),
    path(f"{_ORDER}check/", orders.check, name="order_check"),
    path(f"{_ORDER}preview/", orders.preview, name="order_preview"),
    path(f"{_ORDER}copy/", orders.copy, name="order_copy"),
    path(f"{_ORDER}change/", orders.dates, name="order_dates"),
    path(f"{_ORDER}end/", orders.end, name="order_end"),
    path(f"{_ORDER}candidates/", candidates.show_all, name="candidates"),
    path(f"{_ORDER}candidates/export.<str:kind>", candidates.export, name="candidates_export"),
    path(f"{_ORDER}candidates/refuse/", candidates.refuse_many, name="candidates_refuse"),
    path(f"{_ORDER}candidates/criteria/", candidates.criteria, name="candidate_criteria"),
    path(_CANDIDATE, candidates.show, name="candidate"),
    path(f"{_CANDIDATE}scores/", candidates.score, name="candidate_score"),
    path(f"{_CANDIDATE}notes/", candidates.note, name="candidate_note"),
    path(f"{_CANDIDATE}came/", candidates.came, name="candidate_came"),
    path(f"{_CANDIDATE}papers/<int:sheet>/", candidates.paper, name="candidate_paper"),
    path(f"{_CANDIDATE}decide/<slug:decision>/", candidates.decide, name="candidate_decide"),
    path(f"{_ORDER}interviews/", slots.show, name="interview_slots"),
    path(f"{_ORDER}interviews/calendar.ics", slots.calendar, name="interview_slots_calendar"),
    path(f"{_ORDER}interviews/<int:slot>/cancel/", slots.cancel, name="interview_slot_cancel"),
    path(_MINE, interviews.show, name="interview"),
    path(f"{_MINE}book/", interviews.book, name="interview_book"),
    path(f"{_MINE}cancel/", interviews.cancel, name="interview_cancel"),
    path(f"{_MINE}interview.ics", interviews.calendar, name="interview_calendar"),
    path(f"{_MINE}about/", interviews.about, name="interview_about"),
    path(f"{_MINE}papers/<int:sheet>/", interviews.paper, name="interview_paper"),
    path(f"{_MINE}papers/<int:sheet>/remove/", interviews.remove_paper, name="interview_paper_remove"),
    path(f"{_MINE}unshare/", interviews.unshare, name="interview_unshare"),
    path(_AGREED, outcomes.show_all, name="order_agreements"),
    path(f"{_AGREED}sign/", outcomes.sign, name="order_agreements_sign"),
    path(f"{_AGREED}outcomes.<slug:file_format>", outcomes.export, name="order_outcomes"),
    path(f"{_AGREED}pay/<slug:month>/", outcomes.report_pay, name="order_pay"),
    path(f"{_AGREED}work/<slug:point>/", outcomes.tell_placements, name="order_placements"),
    path(f"{_AGREED}<slug:agreement>/", outcomes.show, name="order_agreement"),
    path(f"{_AGREED}<slug:agreement>/agreement.<slug:sheet_kind>", outcomes.paper, name="order_agreement_paper"),
    path(f"{_AGREED}<slug:agreement>/end/", outcomes.end, name="order_agreement_end"),
    # Last: none of the names above is a section's (tests/partners/test_screens.py).
    path(f"{_ORDER}<slug:section>/", orders.section, name="order_section"),
]
