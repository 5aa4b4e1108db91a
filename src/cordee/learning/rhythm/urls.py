"""At which addresses does a learner say how they go on?"""

from __future__ import annotations

from django.urls import path

from cordee.learning.rhythm import views

urlpatterns = [
    path("mine/rhythm", views.weekly_aim, name="weekly-aim"),
    path("runs/<str:run_key>/rest", views.rest, name="rest"),
]
