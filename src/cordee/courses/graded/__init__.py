"""What every kind with a grade has in common: when it may be handed in, what it is worth, what is shown afterwards."""
