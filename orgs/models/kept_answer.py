"""Answers that are kept for a day, so that a request that is sent again is not done again."""

from django.conf import settings
from django.db import models


class KeptAnswer(models.Model):
    """What a POST with an `Idempotency-Key` made, for the same request again.

    It holds digests of the key and of the request, and the key of the record: no body, and so nothing
    personal. The answer is made anew from the record.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    key_digest = models.CharField(max_length=64)
    request_digest = models.CharField(max_length=64)
    record = models.CharField(max_length=30)
    kept_at = models.DateTimeField(auto_now_add=True, db_index=True)

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["user", "key_digest"], name="kept_answer_is_one_per_key_and_user")
        ]

    def __str__(self) -> str:
        return self.record
