"""At which addresses are organisations shown and written?"""

from __future__ import annotations

from django.urls import path

from cordee.learning.organisations import views

urlpatterns = [
    path("organisations", views.manage, name="manage-organisations"),
    path("organisations/new", views.new_organisation, name="new-organisation"),
    path("organisations/<str:code>", views.edit_organisation, name="edit-organisation"),
    path("organisations/<str:code>/colours.css", views.colours, name="organisation-colours"),
]

public = [
    path("organisations/", views.organisations, name="organisations"),
    path("organisations/<str:code>/", views.organisation, name="organisation"),
]
