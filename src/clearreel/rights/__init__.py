"""Grants, licences, policy and decisions: pure rules, no I/O but the readers' own."""
