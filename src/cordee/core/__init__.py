"""Values that every room shares: scores, keys, errors, the clock."""
