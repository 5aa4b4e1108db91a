"""A video, as the rest of Cordée sees it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from django.utils.translation import gettext_lazy as _

from cordee.activities.video import checking, codec, comparing, olx, text
from cordee.activities.video.definition import Video
from cordee.activities.video.page import page, policy
from cordee.activities.video.preparing import prepare
from cordee.activities.video.queries import Kept, kept_of
from cordee.courses.differences.model import Change
from cordee.courses.kinds import (
    ActivityKind,
    Completion,
    CourseFile,
    Data,
    Inspection,
    PageView,
    Prepared,
    Reading,
    Recalling,
)
from cordee.formats.coursetext.model import Say, Setting, TextBlock
from cordee.formats.olx.model import Block


class VideoKind:
    name = "video"
    label = _("Video")
    icon = "play"
    template = "activities/video/page.html"
    olx_tags = ("video",)
    completion: Completion = "done"
    done_label = _("I have seen it")
    check_rules = checking.RULES

    def read_olx(self, block: Block) -> Reading:
        video, remarks = olx.read(block.content, block.attributes)
        return Reading(video, remarks=remarks)

    def text_settings(self) -> Mapping[str, tuple[Setting, ...]]:
        return text.SETTINGS

    def read_text(self, block: TextBlock, reference: TextBlock | None, say: Say) -> Block:
        return text.read_text(block, reference, say)

    def write_text(self, block: Block) -> TextBlock | None:
        return text.write_text(block)

    def prepare(self, definition: Video, find: Callable[[str], CourseFile | None]) -> Prepared:
        return prepare(definition, find)

    def to_json(self, definition: Video) -> Data:
        return codec.to_json(definition)

    def from_json(self, data: Data) -> Video:
        return codec.from_json(data)

    def changes(self, before: Video, after: Video) -> Sequence[Change]:
        return comparing.changes(before, after)

    def recall(self, recalling: Recalling) -> Mapping[str, object]:
        return kept_of(recalling)

    def page(self, definition: Video, view: PageView) -> Mapping[str, object]:
        return page(definition, view)

    def seconds(self, definition: Video) -> float | None:
        window = definition.window()
        return window[1] - window[0] if window else None

    def inspect(self, definition: Video) -> Inspection:
        return checking.inspect(definition)

    def is_same_for_all(self, definition: Video, view: PageView) -> bool:
        return not isinstance(view.kept, Kept) or not view.kept.position_s  # each resumes where they stopped

    def policy(self, definition: Video, view: PageView) -> Mapping[str, tuple[str, ...]]:
        return policy(definition, view)


kind: ActivityKind = VideoKind()
