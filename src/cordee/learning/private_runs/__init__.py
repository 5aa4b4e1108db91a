"""Pages on which an organisation opens sessions of its own, closed to others."""
