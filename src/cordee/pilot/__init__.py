"""From events to indicators: learning analytics."""
