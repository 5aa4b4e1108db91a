"""What changed from one version of a course to another, in sentences for people and in classes for machines? Pure."""
