"""Where pages and news are written, and where everybody reads them (`public`)."""

from __future__ import annotations

from django.urls import path

from cordee.courses.editorial import views

urlpatterns = [
    path("editorial", views.office, name="editorial"),
    path("editorial/home", views.choose, name="choose-courses"),
    path("editorial/pictures", views.add_picture, name="add-picture"),
    path("editorial/new/<slug:kind>", views.new, name="new-editorial"),
    path("editorial/<slug:kind>/<slug:slug>/<slug:language_code>", views.edit, name="edit-editorial"),
    path("editorial/<slug:kind>/<slug:slug>/<slug:language_code>/withdraw", views.withdraw, name="withdraw-editorial"),
    path(
        "editorial/<slug:kind>/<slug:slug>/<slug:language_code>/editions/<int:number>",
        views.edition,
        name="editorial-edition",
    ),
]

public = [
    path("pages/<slug:slug>/", views.page, name="page"),
    path("news/", views.news, name="news"),
    path("news/<slug:slug>/", views.one_news, name="one-news"),
    path("feeds/news.atom", views.feed, name="feed-news"),
]
