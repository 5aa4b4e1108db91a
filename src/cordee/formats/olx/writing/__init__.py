"""A course as the archive that Open edX imports: the way back of `formats.olx.reader`.

What is written reads back as the same course: `read_course` of it gives the same blocks, policies, pages and files.
"""

from __future__ import annotations

from cordee.formats.olx.writing.course import Written, write_course
from cordee.formats.olx.writing.policies import grading_json

__all__ = ["Written", "grading_json", "write_course"]
