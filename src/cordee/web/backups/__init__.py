"""How does everything that a site keeps go into one file, and come back from it?

A zip archive: `backup.json` (what is in it, with a SHA-256 each), `database.sqlite3`, `files/ab/cdef…`, `keys/…`.
The database is a SQLite file whichever engine the site uses, so that a backup of one engine is restored into the other
and can be read without Cordée (decision 15).
"""
