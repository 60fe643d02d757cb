"""Tags of the pages that lead to an import."""
