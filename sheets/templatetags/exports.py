"""What the lists of the admin offer to take away."""

from typing import Any

from django import template

from sheets.pages.exports import export_links

register = template.Library()


@register.simple_tag(takes_context=True)
def exports(context: dict[str, Any]) -> list[tuple[str, str]]:
    """The exports of the list that is shown: what each is called, and its address."""
    return list(export_links(context["request"], context["cl"].model))
