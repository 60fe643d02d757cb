"""Which mails were sent, so that none is sent twice."""

from django.db import models

from applications.models.event import ApplicationEvent


class SentMail(models.Model):
    """That `recipient` got the mail of an event; no address, but what tells the recipients of an event apart."""

    event = models.ForeignKey(ApplicationEvent, models.CASCADE, related_name="+")
    recipient = models.CharField(max_length=20)
    at = models.DateTimeField()

    objects = models.Manager()

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["event", "recipient"], name="mail_of_an_event_is_sent_once")
        ]

    def __str__(self) -> str:
        return f"{self.event_id} {self.recipient}"
