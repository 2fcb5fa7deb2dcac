"""Addresses of enrollment: the journey, my page, calendars, seats."""

from django.urls import include, path

from courses import entry_views, listings, paying_views, views
from courses.draws import views as draws
from courses.pathways import views as pathways
from courses.progression import family

urlpatterns = [
    path("", include("courses.applying.urls")),
    path("courses/", listings.finder, name="finder"),
    path("courses/<str:slug>/", listings.course, name="course"),
    path("pathways/", pathways.finder, name="pathways"),
    path("pathways/compare/", pathways.comparison, name="pathway_compare"),
    path("pathways/<str:slug>/", pathways.pathway, name="pathway"),
    path("pathways/<str:slug>/seats/", pathways.pathway_seats, name="pathway_seats"),
    path("intakes/<int:pk>/seats/", listings.intake_seats, name="intake_seats"),
    path("intakes/<int:pk>/calendar.ics", listings.intake_calendar, name="intake_calendar"),
    path("my/calendar/<slug:token>.ics", listings.calendar_feed, name="calendar_feed"),
    path("enroll/<int:intake_id>/", views.enroll, name="enroll"),
    path("enroll/<int:intake_id>/learner/", views.enroll_new, name="enroll_new"),
    path("enroll/<int:intake_id>/learner/<int:learner_id>/", views.enroll_details, name="enroll_details"),
    path("enroll/<int:intake_id>/check/<int:learner_id>/", views.enroll_check, name="enroll_check"),
    path("rounds/<int:pk>/", entry_views.round_page, name="round_page"),
    path("rounds/<int:pk>/apply/", entry_views.round_apply, name="round_apply"),
    path("rounds/<int:pk>/apply/learner/", entry_views.round_learner, name="round_learner"),
    path("rounds/<int:pk>/apply/learner/<int:learner_id>/", entry_views.round_learner, name="round_details"),
    path("rounds/<int:pk>/apply/choices/", entry_views.round_choices, name="round_choices"),
    path("rounds/<int:pk>/apply/check/", entry_views.round_check, name="round_check"),
    path("draws/", draws.draw_list, name="draw_list"),
    path("draws/verify.py", draws.verifier, name="draw_verifier"),
    path("draws/<slug:reference>/", draws.draw_page, name="draw_page"),
    path("draws/<slug:reference>/result.csv", draws.draw_table, name="draw_table"),
    path("draws/<slug:reference>/<slug:kind>.json", draws.draw_file, name="draw_file"),
    path("my/entries/<slug:reference>/", entry_views.entry_detail, name="entry_detail"),
    path("my/entries/<slug:reference>/change/", entry_views.entry_change, name="entry_change"),
    path("my/entries/<slug:reference>/withdraw/", entry_views.entry_withdraw, name="entry_withdraw"),
    path("my/", views.my_page, name="my_page"),
    path("my/enrollments/<slug:reference>/", views.enrollment_detail, name="enrollment_detail"),
    path("my/enrollments/<slug:reference>/withdraw/", views.enrollment_withdraw, name="enrollment_withdraw"),
    path("my/enrollments/<slug:reference>/desk/", paying_views.enrollment_desk, name="enrollment_desk"),
    path("my/enrollments/<slug:reference>/proof/", paying_views.enrollment_proof, name="enrollment_proof"),
    path("my/enrollments/<slug:reference>/full-fee/", paying_views.enrollment_full_fee, name="enrollment_full_fee"),
    path("my/enrollments/<slug:reference>/guardian/", family.guardian, name="enrollment_guardian"),
    path("my/enrollments/<slug:reference>/progression/", family.checklist, name="enrollment_progression"),
    path("my/enrollments/<slug:reference>/confirm/", views.enrollment_confirm, name="enrollment_confirm"),
]
