"""Writing to chosen learners of a run, and seeing whether it helped. In a site only: here are accounts and mail."""
