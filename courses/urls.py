"""Addresses of enrollment: the journey, my page, calendars, seats."""

from django.urls import path

from courses import listings, views

urlpatterns = [
    path("courses/", listings.finder, name="finder"),
    path("courses/<str:slug>/", listings.course, name="course"),
    path("intakes/<int:pk>/seats/", listings.intake_seats, name="intake_seats"),
    path("intakes/<int:pk>/calendar.ics", listings.intake_calendar, name="intake_calendar"),
    path("my/calendar/<slug:token>.ics", listings.calendar_feed, name="calendar_feed"),
    path("enroll/<int:intake_id>/", views.enroll, name="enroll"),
    path("enroll/<int:intake_id>/learner/", views.enroll_new, name="enroll_new"),
    path("enroll/<int:intake_id>/learner/<int:learner_id>/", views.enroll_details, name="enroll_details"),
    path("enroll/<int:intake_id>/check/<int:learner_id>/", views.enroll_check, name="enroll_check"),
    path("my/", views.my_page, name="my_page"),
    path("my/enrollments/<slug:reference>/", views.enrollment_detail, name="enrollment_detail"),
    path("my/enrollments/<slug:reference>/withdraw/", views.enrollment_withdraw, name="enrollment_withdraw"),
    path("my/enrollments/<slug:reference>/confirm/", views.enrollment_confirm, name="enrollment_confirm"),
]
