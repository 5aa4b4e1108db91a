"""From a text to an immutable version to a run; the protocol of activity kinds."""
