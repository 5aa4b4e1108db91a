"""From indicators to the review of a period."""
