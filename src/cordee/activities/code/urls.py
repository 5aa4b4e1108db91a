"""Where does who teaches see what programs meet?"""

from __future__ import annotations

from django.urls import path

from cordee.activities.code import views

urlpatterns = [
    path("runs/<str:run_key>/activities/<str:activity_id>/programs", views.programs, name="programs"),
    path("runs/<str:run_key>/activities/<str:activity_id>/programs/again", views.judge_again, name="programs-again"),
]
