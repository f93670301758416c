"""Where containers keep XMP and content credentials, one file a family of containers."""
