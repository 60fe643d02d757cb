"""The forms of an application, one per topic."""
