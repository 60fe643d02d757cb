from django.utils.translation import gettext as _


class BackupFailed(Exception):
    """A backup could not be made, cannot be used, or has nowhere to go; the text says which and why."""


def damaged(reason: str) -> BackupFailed:
    """What to raise where a file is not as it was written."""
    return BackupFailed(_("The backup is damaged: %(reason)s") % {"reason": reason})
