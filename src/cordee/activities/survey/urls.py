"""Where does who teaches choose the words of a cloud?"""

from __future__ import annotations

from django.urls import path

from cordee.activities.survey import views

urlpatterns = [
    path("runs/<str:run_key>/activities/<str:activity_id>/words", views.words, name="cloud-words"),
]
