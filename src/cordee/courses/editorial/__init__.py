"""Pages and news that the operator writes in Markdown, with the history of each."""
