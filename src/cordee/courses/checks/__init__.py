"""What should the author of a course mend before it opens?

Pure over what a version holds: `checking.checks_of` and its like read an outline, the definitions, the names of files
and the dates of a session, and give findings. What only a kind of activity knows, it says itself
(`kinds.ChecksItself`).
"""
