"""Records that are entered by a form of their own, which asks for more than the record: where it lies, since when."""

from typing import Any, ClassVar

from django.http import HttpRequest

from orgs.admin.base import RecordAdmin, RefusableForm


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
