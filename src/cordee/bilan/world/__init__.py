"""What would a whole programme leave behind, to try a review on: a pilot's store and a folder of tables."""
