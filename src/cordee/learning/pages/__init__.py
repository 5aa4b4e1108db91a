"""What do the pages of a run show? Frozen values, complete before any template is drawn."""
