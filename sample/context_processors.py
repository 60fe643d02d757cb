"""What templates know of the sample register."""

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from sample.presence import is_loaded


def sample_notice(request: HttpRequest) -> dict[str, object]:
    """`sample_loaded`: whether to say that the data are invented; asked only where a template asks."""
    return {"sample_loaded": SimpleLazyObject(is_loaded)}
