"""Who is too young to agree alone to an account, and how a parent agrees."""
