"""Addresses of interest in pathways and of applications."""

from django.urls import path

from courses.applying import interest_views as interest
from courses.applying import papers, views
from courses.applying import proof_views as proofs

_MINE = "my/applications/<slug:reference>/"

urlpatterns = [
    path("pathways/apply/<int:intake_id>/", views.pathway_apply, name="pathway_apply"),
    path("pathways/apply/<int:intake_id>/learner/", views.pathway_learner, name="pathway_learner"),
    path("pathways/apply/<int:intake_id>/<int:learner_id>/", views.pathway_begin, name="pathway_begin"),
    path("pathways/interest/<int:intake_id>/", interest.self_check, name="pathway_interest"),
    path("pathways/interest/<int:intake_id>/<int:learner_id>/", interest.register, name="pathway_interest_register"),
    path("my/interests/<int:pk>/", interest.detail, name="interest_detail"),
    path("my/interests/<int:pk>/withdraw/", interest.withdraw, name="interest_withdraw"),
    path("application/<slug:reference>/", papers.code, name="application_code"),
    path(_MINE, views.detail, name="application_detail"),
    path(f"{_MINE}check/", views.check, name="application_check"),
    path(f"{_MINE}withdraw/", views.withdraw, name="application_withdraw"),
    path(f"{_MINE}form/", papers.paper, name="application_paper"),
    path(f"{_MINE}form.pdf", papers.paper_pdf, name="application_pdf"),
    path(f"{_MINE}proofs/", proofs.add, name="application_proof_add"),
    path(f"{_MINE}proofs/<int:pk>/", proofs.show, name="application_proof"),
    path(f"{_MINE}proofs/<int:pk>/remove/", proofs.remove, name="application_proof_remove"),
    path(f"{_MINE}<slug:section>/", views.section, name="application_section"),
]
