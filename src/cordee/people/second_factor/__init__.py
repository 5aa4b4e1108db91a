"""Sign-in in two steps: the password, then a code of a program on one's phone, or one from paper."""
