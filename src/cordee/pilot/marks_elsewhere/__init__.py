"""Marks of sessions that are played elsewhere: the pilot's readers on one side, a group of this site on the other."""
