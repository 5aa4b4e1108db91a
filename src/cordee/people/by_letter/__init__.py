"""What goes through somebody's mailbox: a new account, a forgotten password, another address."""
