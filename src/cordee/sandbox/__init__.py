"""Untrusted code in, a verdict out. Pure: no Django, no database. Filled by the code laboratory."""
