"""Changes of the register: each atomic, each by somebody, each on a day."""
