from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def gallery_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where `gallery.make` writes: each file once a session, for all tests."""
    return tmp_path_factory.mktemp("gallery")


@pytest.fixture(scope="session")
def broken_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where `broken.make` writes."""
    return tmp_path_factory.mktemp("broken")
