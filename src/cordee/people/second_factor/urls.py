"""Where the second step is taken, switched on and off."""

from __future__ import annotations

from django.urls import path

from cordee.people.second_factor import views

urlpatterns = [
    path("sign-in/code", views.code, name="sign-in-code"),
    path("account/second-factor", views.second_factor, name="second-factor"),
    path("account/second-factor/on", views.switch_on, name="second-factor-on"),
    path("account/second-factor/codes", views.new_codes, name="second-factor-codes"),
    path("account/second-factor/off", views.switch_off, name="second-factor-off"),
]
