"""What tests of procedures share: the way through their pages."""

from django.urls import reverse

from tests.factories.admin import filled_in, send


def page_of(record, name):
    """The address of the page of the procedure `name` of `record`."""
    return reverse(f"admin:{record._meta.app_label}_{record._meta.model_name}_{name}", args=[record.pk])


def preview(client, record, name, /, **inputs):
    """The page's answer to `inputs`: what it would do (`context["outcome"]`), or what is wrong (`context["form"]`)."""
    address = page_of(record, name)
    return client.post(address, filled_in(client.get(address)) | inputs)


def perform(client, record, name, /, **inputs):
    """The answer after `inputs` were looked at and confirmed: a redirect, or the page with the form's errors."""
    return send(client, page_of(record, name), inputs)
