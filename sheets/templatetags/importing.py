"""Whether a list of the admin can be imported."""

from typing import Any

from django import template
from django.urls import reverse

from sheets.imports import may_import
from sheets.resources import RESOURCES

register = template.Library()


@register.simple_tag(takes_context=True)
def import_address(context: dict[str, Any], opts: Any) -> str:
    """The page on which the reader imports rows of the model of `opts`; "" where the reader may not, or nobody can."""
    user = context["request"].user
    model = opts.concrete_model
    resource = next((found for found in RESOURCES.values() if found.model is model), None)
    if resource is None or not user.has_perm("sheets.add_import") or not may_import(user, resource):
        return ""
    return f"{reverse('admin:sheets_import_add')}?resource={resource.name}"
