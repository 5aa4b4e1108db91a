"""Where versions are read, and where a run is moved to one."""

from __future__ import annotations

from django.urls import path

from cordee.learning.versions import course_views, review_views, run_views

urlpatterns = [
    path("courses/<str:course_key>/versions", course_views.versions, name="versions"),
    path("courses/<str:course_key>/versions/<int:number>", course_views.version, name="version"),
    path("courses/<str:course_key>/versions/<int:number>/changes", course_views.changes, name="version-changes"),
    path("courses/<str:course_key>/versions/<int:number>/restore", course_views.restore, name="restore-version"),
    path("courses/<str:course_key>/versions/<int:number>/units/<str:unit_id>", course_views.unit, name="version-unit"),
    path("courses/<str:course_key>/versions/<int:number>/review", review_views.review, name="version-review"),
    path("courses/<str:course_key>/reviews", review_views.reviews, name="course-reviews"),
    path("runs/<str:run_key>/desk/version", run_views.run_version, name="desk-version"),
    path("runs/<str:run_key>/desk/version/follow", run_views.follow, name="desk-follow"),
    path("runs/<str:run_key>/desk/regrades/<int:regrade_id>", run_views.regrade, name="desk-regraded"),
]
