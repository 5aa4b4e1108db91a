"""What Open edX and FUN write out of a running course: reports, tables, structures, keys and tracking records."""

from cordee.formats.edx.keys import activity_id, course_key, course_of, input_of, subject_of
from cordee.formats.edx.records import Fact, Left, page_of, read_record

__all__ = ["Fact", "Left", "activity_id", "course_key", "course_of", "input_of", "page_of", "read_record", "subject_of"]
