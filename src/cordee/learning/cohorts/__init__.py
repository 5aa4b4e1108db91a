"""Cohorts: who is in one, how one comes in, and what those who follow it see."""
