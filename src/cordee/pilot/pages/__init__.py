"""What does each page of the pilot show? One module a part of a page: an indicator in, words and drawings out."""
