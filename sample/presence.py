"""Whether the sample register is loaded: told by its credit codes, without a state of its own."""

from orgs.models import Enterprise
from sample import COUNTY

CODES_FROM, CODES_BEFORE = f"91{COUNTY}YL", f"91{COUNTY}YM"


def is_loaded() -> bool:
    """Whether any enterprise of the sample is in the register; one look into the index of credit codes."""
    return Enterprise.objects.filter(uscc__gte=CODES_FROM, uscc__lt=CODES_BEFORE).exists()
