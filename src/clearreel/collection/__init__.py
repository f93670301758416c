"""What concerns many sources at once: duplicates and splits."""
