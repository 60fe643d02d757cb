"""Enterprises ask for an organization, reviewers decide, approval founds it."""
