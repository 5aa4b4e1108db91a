"""The kind `survey`: polls, surveys and word clouds. Everybody answers, nobody is graded."""
