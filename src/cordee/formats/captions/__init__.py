"""Subtitles: what is said, and when? Reads SubRip (.srt), Open edX's sjson and WebVTT; writes WebVTT.

read(b"1\\n00:00:01,000 --> 00:00:02,500\\nHello\\n").cues  ->  (Cue(1.0, 2.5, "Hello"),)
"""

from __future__ import annotations

from cordee.formats.captions.cues import Captions, CaptionsUnreadable, Cue
from cordee.formats.captions.reading import read
from cordee.formats.captions.vtt import write

__all__ = ["Captions", "CaptionsUnreadable", "Cue", "read", "write"]
