"""One module for each check; see `checks.checking`."""
