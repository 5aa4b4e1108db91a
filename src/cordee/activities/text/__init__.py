"""The kind `text`: what one reads."""
