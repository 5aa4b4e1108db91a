"""Answers that a worker judges: held until it has, handed in with what it found, once."""
