"""Where a learner works. Public pages carry their language (see `public`); a run's pages do not."""

from __future__ import annotations

from django.urls import path

from cordee.learning import views
from cordee.learning.catalogue import page_urls
from cordee.learning.cohorts import urls as cohorts
from cordee.learning.companies import urls as companies
from cordee.learning.elsewhere import urls as elsewhere
from cordee.learning.notes import urls as notes
from cordee.learning.organisations import urls as organisations
from cordee.learning.private_runs import urls as private_runs
from cordee.learning.rhythm import urls as rhythm
from cordee.learning.team import urls as team
from cordee.learning.versions import urls as versions

urlpatterns = [
    path("runs/<str:run_key>/", views.outline, name="outline"),
    path("runs/<str:run_key>/resume", views.resume, name="resume"),
    path("runs/<str:run_key>/enrol", views.enrol_in, name="enrol"),
    path("runs/<str:run_key>/aim", views.aim, name="aim"),
    path("runs/<str:run_key>/leave", views.leave_run, name="leave"),
    path("runs/<str:run_key>/progress", views.progress, name="progress"),
    path("runs/<str:run_key>/units/<str:unit_id>", views.unit, name="unit"),
    path("runs/<str:run_key>/units/<str:unit_id>/begin", views.begin, name="begin"),
    path("runs/<str:run_key>/activities/<str:activity_id>/submissions", views.submit, name="submit"),
    path("runs/<str:run_key>/activities/<str:activity_id>/done", views.finish, name="finish"),
    *organisations.urlpatterns,
    *private_runs.urlpatterns,
    *cohorts.urlpatterns,
    *team.urlpatterns,
    *notes.urlpatterns,
    *rhythm.urlpatterns,
    *elsewhere.urlpatterns,
    *companies.urlpatterns,
    *page_urls.urlpatterns,
    *versions.urlpatterns,
]

public = [
    path("courses/", views.catalogue, name="catalogue"),
    path("courses/<str:course_key>/", views.course, name="course"),
    *organisations.public,
    *page_urls.public,
]
