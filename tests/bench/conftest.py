import sys
from pathlib import Path

# The benchmark is not part of the package: it lies beside it.
sys.path.insert(0, str(Path(__file__).parent.parent.parent))
