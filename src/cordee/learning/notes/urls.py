"""At which addresses does a learner find their own notes and bookmarks?"""

from __future__ import annotations

from django.urls import path

from cordee.learning.notes import views

urlpatterns = [
    path("mine/notes", views.all_notes, name="notes"),
    path("mine/notes.txt", views.notes_as_text, name="notes-text"),
    path("mine/notes.csv", views.notes_as_csv, name="notes-csv"),
    path("runs/<str:run_key>/units/<str:unit_id>/note", views.note, name="unit-note"),
    path("runs/<str:run_key>/units/<str:unit_id>/bookmark", views.bookmark, name="bookmark"),
]
