"""The quiz: choices, menus, words and numbers, graded while the learner waits."""
