"""At which addresses does a person sign in and look after their account?"""

from __future__ import annotations

from django.urls import path

from cordee.people import views

urlpatterns = [
    path("sign-in", views.sign_in, name="sign-in"),
    path("sign-up", views.sign_up, name="sign-up"),
    path("sign-out", views.sign_out, name="sign-out"),
    path("account", views.account, name="account"),
    path("account/password", views.change_password, name="change-password"),
    path("account/letters", views.change_letters, name="change-letters"),
    path("account/sessions", views.end_other_sessions, name="end-other-sessions"),
]
