"""Pages on which those in charge of a place say who else is in its team."""
