"""Records that are entered by a form of their own, which asks for more than the record: where it lies, since when."""

from typing import Any, ClassVar

from django.contrib.admin.widgets import AutocompleteSelectMultiple
from django.http import HttpRequest

from orgs.admin.base import RecordAdmin, RefusableForm


class SeveralRecordsSelect(AutocompleteSelectMultiple):
    """Completes typing to several records, which are taken out one by one.

    The button that takes out all stands in the list of those chosen, which is no list then to who listens to it.
    """

    def build_attrs(
        self, base_attrs: dict[str, Any], extra_attrs: dict[str, Any] | None = None
    ) -> dict[str, Any]:
        """Django's, without that button."""
        return super().build_attrs(base_attrs, extra_attrs) | {"data-allow-clear": "false"}


class EnteredAdmin(RecordAdmin):
    """A record that is entered by `add_form`, without its periods, and then shown with them."""

    add_form: ClassVar[type[RefusableForm]]

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        if obj is None:
            kwargs["form"] = self.add_form
        return super().get_form(request, obj, change=change, **kwargs)

    def get_inlines(self, request: HttpRequest, obj: Any) -> Any:
        return [] if obj is None else self.inlines

    def links(self, request: HttpRequest, record: Any) -> list[tuple[str, str]]:
        """The ways from the page of `record` to what belongs to it: address and label."""
        return []
