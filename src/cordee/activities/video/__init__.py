"""The kind `video`: what one watches."""
