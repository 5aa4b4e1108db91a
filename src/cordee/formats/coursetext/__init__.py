"""The course text: a folder of Markdown and YAML that says a whole course. docs/course-text.md is its specification."""
