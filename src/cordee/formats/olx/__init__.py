"""Open edX's course format (OLX), read into frozen values. Source: what Open edX and FUN export, measured."""

from __future__ import annotations

from cordee.formats.olx.reader import read_course

__all__ = ["read_course"]
