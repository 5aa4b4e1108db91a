"""The public face: the list of courses, and the page of each."""
