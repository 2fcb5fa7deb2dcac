"""Addresses of this room."""

from django.urls import path

from accounts.views import account, learners, personal_data, privacy

urlpatterns = [
    path("my/account/", account.my_account, name="my_account"),
    path("my/account/devices/", account.sign_out_elsewhere, name="sign_out_elsewhere"),
    path("my/account/erase/", personal_data.account_erase, name="account_erase"),
    path("my/learners/", learners.learner_list, name="learner_list"),
    path("my/learners/add/", learners.learner_add, name="learner_add"),
    path("my/learners/<int:pk>/", learners.learner_edit, name="learner_edit"),
    path("my/learners/<int:pk>/remove/", learners.learner_remove, name="learner_remove"),
    path("my/data/", personal_data.my_data, name="my_data"),
    path("my/data/file/", personal_data.my_data_json, name="my_data_json"),
    path("my/data/consents/<int:pk>/", personal_data.consent_withdraw, name="consent_withdraw"),
    path("privacy/<slug:purpose>/", privacy.privacy, name="privacy"),
]
