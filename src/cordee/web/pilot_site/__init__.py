"""How are the pilot's pages served alone, with no account, no course and no database?

A Django of its own beside the site's: the same frame, words, looks and rules for browsers, and the addresses of
`cordee.pilot.urls`. `cordee pilot serve` starts it (`serving.py`).
"""
