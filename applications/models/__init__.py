"""Applications, what they say, and what happened to them."""

from applications.models.application import (
    DECIDED,
    OPEN,
    Application,
    ApplicationQuerySet,
    Formation,
    State,
)
from applications.models.event import ApplicationEvent, Reason
from applications.models.parts import (
    STAGES,
    ApplicationFile,
    ApplicationMember,
    ApplicationNeighbour,
    MediaType,
)
from applications.models.sent import SentMail

__all__ = [
    "DECIDED",
    "OPEN",
    "STAGES",
    "Application",
    "ApplicationEvent",
    "ApplicationFile",
    "ApplicationMember",
    "ApplicationNeighbour",
    "ApplicationQuerySet",
    "Formation",
    "MediaType",
    "Reason",
    "SentMail",
    "State",
]
