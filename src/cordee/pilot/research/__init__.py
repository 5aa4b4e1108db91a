"""What of a run may researchers be given, and how is nobody found in it? `export` of `writing.py` is the way in."""
