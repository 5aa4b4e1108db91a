"""Courses that are written as text: from a folder to a version."""
