"""Programs in C: found, compiled, linked, and what the compiler says of them."""
