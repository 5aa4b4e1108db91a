"""Which mistake is behind what clang says? One rule a mistake."""
