"""Addresses of reviews and ratings, of the pledges and of the published seals."""

from django.urls import path

from courses.answering import public, views

urlpatterns = [
    path("pledges/", public.pledges, name="pledges"),
    path("pledges/seals/", public.seals, name="seals"),
    path("pledges/seals.csv", public.seals_file, name="seals_file"),
    path("my/enrollments/<slug:reference>/review/", views.enrollment_appeal, name="enrollment_appeal"),
    path("my/enrollments/<slug:reference>/review/<int:pk>/", views.appeal_file, name="appeal_file"),
    path("my/enrollments/<slug:reference>/rating/", views.enrollment_rating, name="enrollment_rating"),
]
