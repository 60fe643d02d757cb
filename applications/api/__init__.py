"""Applications in the API: read, and moved by procedures."""
