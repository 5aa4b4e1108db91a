"""At which addresses is a team seen, and joined?"""

from __future__ import annotations

from django.urls import path

from cordee.learning.team import views

urlpatterns = [
    path("team", views.team_page, name="team"),
    path("team/invitations/<int:number>", views.answer, name="answer-team"),
    path("cohorts/<int:number>/ask", views.ask_member, name="ask-member"),
]
