"""The top: settings, addresses, the page shell's wiring and the `cordee` command."""
