"""The kind `code`: a program to write."""
