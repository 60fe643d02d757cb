"""Applications in the admin: the queue of those who review, and the page of each beside the register."""
