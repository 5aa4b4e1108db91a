"""How do Open edX's keys, ids and tracking records read, in all the forms that they had?"""

from cordee.formats.edx.keys import activity_id, course_key, course_of, input_of, subject_of
from cordee.formats.edx.records import Fact, Left, page_of, read_record

__all__ = ["Fact", "Left", "activity_id", "course_key", "course_of", "input_of", "page_of", "read_record", "subject_of"]
