"""Servers of mail that fail, in place of the one that the settings name."""

import smtplib

from django.core.mail.backends.locmem import EmailBackend


class Down(EmailBackend):
    """Nobody answers."""

    def open(self):
        raise ConnectionRefusedError("mail.example does not answer contact@example.com")


class Refusing(EmailBackend):
    """Takes no mail for `refused@example.com`."""

    def send_messages(self, messages):
        for message in messages:
            if "refused@example.com" in message.to:
                raise smtplib.SMTPRecipientsRefused({"refused@example.com": (550, b"unknown")})
        return super().send_messages(messages)


class Killing(EmailBackend):
    """The worker is killed after the first mail."""

    def send_messages(self, messages):
        if self.sent:
            raise Killed
        type(self).sent = True
        return super().send_messages(messages)

    sent = False


class Killed(BaseException):
    """What ends the worker without a word."""
