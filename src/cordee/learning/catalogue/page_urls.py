"""At which addresses are fields, paths, people, feeds, and where are public pages written?"""

from __future__ import annotations

from django.urls import URLPattern, path

from cordee.learning.catalogue import feeds, page_views
from cordee.learning.catalogue.editing import classing_views, runs_views, sheet_views

urlpatterns: list[URLPattern] = [
    path("courses/<str:course_key>/sheet", sheet_views.edit_sheet, name="edit-sheet"),
    path("courses/<str:course_key>/sheet/editions", sheet_views.editions, name="sheet-editions"),
    path("courses/<str:course_key>/sheet/editions/<int:number>", sheet_views.edition, name="sheet-edition"),
    path("courses/<str:course_key>/sheet/runs", runs_views.runs, name="sheet-runs"),
    path("catalogue", classing_views.manage, name="manage-catalogue"),
    path("catalogue/fields/new", classing_views.new_category, name="new-category"),
    path("catalogue/fields/<slug:code>", classing_views.edit_category, name="edit-category"),
    path("catalogue/paths/new", classing_views.new_programme, name="new-programme"),
    path("catalogue/paths/<slug:code>", classing_views.edit_programme, name="edit-programme"),
    path("courses/<str:course_key>/next-run", page_views.next_run, name="next-run"),
]

public = [
    path("categories/", page_views.categories, name="categories"),
    path("categories/<slug:code>/", page_views.category, name="category"),
    path("programmes/", page_views.programmes, name="programmes"),
    path("programmes/<slug:code>/", page_views.programme, name="programme"),
    path("people/<slug:slug>/", page_views.person, name="person"),
    path("feeds/courses.atom", feeds.new_courses, name="feed-courses"),
    path("feeds/sessions.atom", feeds.sessions_to_come, name="feed-sessions"),
]
