"""Where attestations are asked for, downloaded and verified.

QR codes say `/v/<code>`; `public` are the same pages with their language in front, for the language switch.
"""

from __future__ import annotations

from django.urls import path

from cordee.awards import views

urlpatterns = [
    path("runs/<str:run_key>/attestation", views.attestation, name="attestation"),
    path("runs/<str:run_key>/attestation.pdf", views.pdf, name="attestation-pdf"),
    path("v", views.verify, name="verify"),
    path("v/<str:code>", views.verify_code, name="verify-code"),
]

public = [
    path("v", views.verify, name="verify-page"),
    path("v/<str:code>", views.verify_code, name="verify-code-page"),
]
