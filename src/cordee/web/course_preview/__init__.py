"""How does the author of a course text see at once what a learner will see? `cordee course watch FOLDER`.

A site for one author on this machine, made of the learner's own pages: one session of the course as it is written now,
learners who exist for the preview alone, and a database in a folder that is gone when it ends. It knows nothing of the
site's database.
"""
