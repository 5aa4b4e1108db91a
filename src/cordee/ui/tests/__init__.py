"""Tests of what the eye meets."""
