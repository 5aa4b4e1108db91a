"""Work done later: queue, outgoing mail, schedule."""
