"""What the eye meets: components, tags, icons, typography."""
