"""At which address is what the programme knows of a company?"""

from __future__ import annotations

from django.urls import path

from cordee.learning.companies import views

urlpatterns = [
    path("organisations/<str:code>/company", views.company, name="company"),
]
