"""Bytes in and out of the outside world. Pure: no Django, no database."""
