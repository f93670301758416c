"""Where footage comes from: files, folders, globs and the sidecars beside them."""
