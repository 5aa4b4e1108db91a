"""At which addresses does a person sign in and look after their account?"""

from __future__ import annotations

from django.urls import path

from cordee.people import views
from cordee.people.about_me import urls as about_me
from cordee.people.by_letter import urls as by_letter
from cordee.people.minors import urls as minors
from cordee.people.second_factor import urls as second_factor

urlpatterns = [
    path("sign-in", views.sign_in, name="sign-in"),
    path("sign-out", views.sign_out, name="sign-out"),
    path("account", views.account, name="account"),
    path("account/password", views.change_password, name="change-password"),
    path("account/letters", views.change_letters, name="change-letters"),
    path("account/sessions", views.end_other_sessions, name="end-other-sessions"),
    path("account/sessions/<uuid:number>/end", views.end_session, name="end-session"),
    *by_letter.urlpatterns,
    *second_factor.urlpatterns,
    *about_me.urlpatterns,
    *minors.urlpatterns,
]
