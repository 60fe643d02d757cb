"""Joint branches proposed: which enterprises without an organization could form one together."""
