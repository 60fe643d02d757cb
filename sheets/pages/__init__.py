"""Pages of the admin that take files."""
