"""How languages write dates and numbers, where Django's own formats write them otherwise."""
