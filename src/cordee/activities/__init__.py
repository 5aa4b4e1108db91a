"""The kinds of activity: one folder each, independent of each other, found by their place."""
