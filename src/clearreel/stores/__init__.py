"""What a data set is on disk: the catalog's tables, the packs, the events."""

import os

# Lance logs to standard error what is normal here, as making a table; it reads this when loaded.
os.environ.setdefault("LANCE_LOG", "error")
