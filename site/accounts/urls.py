"""Addresses of this room."""

from django.urls import path

from accounts.views import learners, privacy

urlpatterns = [
    path("my/learners/", learners.learner_list, name="learner_list"),
    path("my/learners/add/", learners.learner_add, name="learner_add"),
    path("my/learners/<int:pk>/", learners.learner_edit, name="learner_edit"),
    path("my/learners/<int:pk>/remove/", learners.learner_remove, name="learner_remove"),
    path("privacy/<slug:purpose>/", privacy.privacy, name="privacy"),
]
