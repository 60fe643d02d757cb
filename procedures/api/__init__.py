"""Procedures in the API: an address beneath the record for each."""
