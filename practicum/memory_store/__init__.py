"""What was tried and learned: the journal (truth), the Chroma index built from it, and retrieval."""
