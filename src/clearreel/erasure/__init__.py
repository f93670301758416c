"""People's names go: from where they can be erased, and a person is told where else they are."""
