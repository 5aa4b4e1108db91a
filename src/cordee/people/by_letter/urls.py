"""Where one asks for letters, and where their links lead."""

from __future__ import annotations

from django.urls import path

from cordee.people.by_letter import views

urlpatterns = [
    path("sign-up", views.sign_up, name="sign-up"),
    path("sign-up/<str:token>", views.open_account, name="open-account"),
    path("forgot-password", views.forgot_password, name="forgot-password"),
    path("letter-sent", views.letter_sent, name="letter-sent"),
    path("password/<str:token>", views.choose_password, name="choose-password"),
    path("confirm-address/<str:token>", views.confirm_address, name="confirm-address"),
    path("new-address/<str:token>", views.new_address, name="new-address"),
    path("take-back/<str:token>", views.take_back, name="take-back"),
    path("account/address", views.change_address, name="change-address"),
    path("account/confirm", views.ask_to_confirm, name="ask-to-confirm"),
]
