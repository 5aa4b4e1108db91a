"""The desk of whoever teaches a run: its learners, their grades, what was decided for them, its dates."""
