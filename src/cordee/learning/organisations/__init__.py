"""Pages of schools, companies and other bodies: the public one, and those that write it."""
