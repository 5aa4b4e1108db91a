"""Who: accounts, sign-ins, roles."""
