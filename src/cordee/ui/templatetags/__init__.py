"""Template tags of this room: `{% load ui %}`."""
