"""The pages of applications: the guide and the form, following, and the files for staff."""
