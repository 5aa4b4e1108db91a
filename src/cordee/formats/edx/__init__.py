"""What Open edX and FUN write out of a running course: reports, tables, structures."""
