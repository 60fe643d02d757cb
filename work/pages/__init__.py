"""The pages of the work list."""
