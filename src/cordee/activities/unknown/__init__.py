"""The kind `unknown`: holds the place of a block that no kind reads, and keeps it for export."""
