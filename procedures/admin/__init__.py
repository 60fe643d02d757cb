"""The admin of procedures: a button on the record for each, leading to a page with inputs, preview, confirmation."""

from procedures.admin import records

__all__ = ["records"]
