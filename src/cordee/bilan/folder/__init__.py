"""How does a programme lie in a folder? `programme.toml`, a CSV file a table, and texts in Markdown.

Reading is lenient: what is wrong is a fault with its file and line, the rest is taken. Reading and writing are the same
folder: `read(write(programme)) == programme`.
"""
