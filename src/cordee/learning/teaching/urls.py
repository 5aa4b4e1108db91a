"""Where whoever teaches a run works."""

from __future__ import annotations

from django.urls import path

from cordee.learning.teaching import views

urlpatterns = [
    path("runs/<str:run_key>/desk/", views.learners, name="desk"),
    path("runs/<str:run_key>/desk/grades.csv", views.grades_csv, name="desk-csv"),
    path("runs/<str:run_key>/desk/settings", views.settings, name="desk-settings"),
    path("runs/<str:run_key>/desk/as-learner", views.as_learner, name="desk-as-learner"),
    path("runs/<str:run_key>/desk/learners/<int:enrolment_id>", views.learner, name="desk-learner"),
    path("runs/<str:run_key>/desk/learners/<int:enrolment_id>/points", views.give, name="desk-points"),
    path("runs/<str:run_key>/desk/learners/<int:enrolment_id>/extension", views.extend, name="desk-extension"),
    path("runs/<str:run_key>/desk/learners/<int:enrolment_id>/time", views.time, name="desk-time"),
    path("runs/<str:run_key>/desk/learners/<int:enrolment_id>/anew", views.anew, name="desk-anew"),
    path("runs/<str:run_key>/desk/learners/<int:enrolment_id>/regrade", views.grade_again, name="desk-regrade"),
]
