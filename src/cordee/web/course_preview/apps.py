"""What does Django call the preview of a course text?"""

from __future__ import annotations

from django.apps import AppConfig


class CoursePreviewConfig(AppConfig):
    name = "cordee.web.course_preview"
    label = "course_preview"
