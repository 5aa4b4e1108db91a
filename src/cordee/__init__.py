"""Cordée: an open MOOC platform."""

__version__ = "0.1.0"
