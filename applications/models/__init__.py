"""Applications, what they say, and what happened to them."""

from applications.models.application import (
    DECIDED,
    OPEN,
    REVIEWERS_TURN,
    WITH_APPROVAL,
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
    "REVIEWERS_TURN",
    "STAGES",
    "WITH_APPROVAL",
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
