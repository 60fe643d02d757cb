"""What every list filters and orders by."""

from datetime import date
from typing import Any, ClassVar

from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db.models import F, Model, Q, QuerySet
from django.utils.translation import gettext_lazy as _
from django_filters import CharFilter, Filter, FilterSet, ModelChoiceFilter, OrderingFilter
from django_filters.fields import BaseCSVField
from django_filters.rest_framework import DjangoFilterBackend
from rest_framework.request import Request

from orgs.api.parameters import DayField
from orgs.models import Area


class DayFilter(Filter):  # type: ignore[misc]  # django-filter has no types
    """A filter by a day, YYYY-MM-DD."""

    field_class = DayField


class OrderingField(BaseCSVField):  # type: ignore[misc]  # django-filter has no types
    """Names of columns with commas between them, none of them empty."""

    def clean(self, value: list[str] | None) -> list[str] | None:
        """The names, None where nothing is asked; raises ValidationError."""
        if "" in (value or ()):
            raise ValidationError(_("Name a column before and after each comma."))
        names: list[str] | None = super().clean(value)
        return names


class KeyedOrdering(OrderingFilter):  # type: ignore[misc]  # django-filter has no types
    """`ordering=`: the named columns, `-` before one turns it round; the key settles what is equal.

    Empty values stand last in either direction, on both databases.
    """

    base_field_class = OrderingField

    def __init__(self, key: str, **kwargs: Any) -> None:
        self.key = key
        kwargs.setdefault("label", _("Columns to order by, `-` before one for the reverse order."))
        super().__init__(**kwargs)

    def filter(self, queryset: QuerySet[Any], value: list[str] | None) -> QuerySet[Any]:
        """`queryset` in that order; in the order of the key where nothing is asked."""
        wanted = [self._expression(queryset.model, self.get_ordering_value(name)) for name in value or []]
        return queryset.order_by(*wanted, self.key)

    def _expression(self, model: type[Model], ordering: str) -> Any:
        column = ordering.removeprefix("-")
        try:
            nullable = getattr(model._meta.get_field(column), "null", False)
        except FieldDoesNotExist:  # a column of a related table, or of an annotation
            nullable = False
        if not nullable:
            return ordering  # in plain form an index serves it
        descending = ordering.startswith("-")
        return F(column).desc(nulls_last=True) if descending else F(column).asc(nulls_last=True)


class ListFilter(FilterSet):  # type: ignore[misc]  # django-filter has no types
    """The filters that every list has; `day` is the day that areas, kinds and stages are asked for."""

    search_columns: ClassVar[tuple[str, ...]]
    """Where `search=` looks."""

    area = ModelChoiceFilter(
        queryset=Area.objects.all(),
        to_field_name="code",
        method="filter_area",
        label=_("Code of an area: what lies in it, or in an area in it, on the day."),
        error_messages={"invalid_choice": _("No area has this code.")},
    )
    search = CharFilter(
        method="filter_search",
        max_length=100,
        label=_("Words that all stand in the name, its pinyin or the code."),
    )

    def __init__(self, *args: Any, day: date, **kwargs: Any) -> None:
        self.day = day
        super().__init__(*args, **kwargs)

    def filter_area(self, queryset: Any, name: str, value: Area) -> QuerySet[Any]:
        """What lies in `value`, or in an area in it, on the day."""
        found: QuerySet[Any] = queryset.in_area(value, self.day)
        return found

    def filter_search(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        """Where every word of `value` stands in a column that is searched."""
        for word in value.split():
            columns = (Q(**{f"{column}__icontains": word}) for column in self.search_columns)
            queryset = queryset.filter(Q(*columns, _connector=Q.OR))
        return queryset


class DayListFilter(ListFilter):
    """The filters of a list of what holds for a time."""

    on = DayFilter(
        method="filter_on",
        label=_(
            "A day, YYYY-MM-DD: what is in force that day, as it is that day. Default: all, as of today."
        ),
    )

    def filter_on(self, queryset: Any, name: str, value: date) -> QuerySet[Any]:
        """What is in force on `value`."""
        raise NotImplementedError


class HoldingListFilter(DayListFilter):
    """The filters of a list of periods that belong to enterprises."""

    def filter_on(self, queryset: Any, name: str, value: date) -> QuerySet[Any]:
        """The periods that hold on `value`."""
        found: QuerySet[Any] = queryset.on(value)
        return found


class ParameterBackend(DjangoFilterBackend):  # type: ignore[misc]  # django-filter has no types
    """Filters by the view's filter set and its day; a bad value is a 400 that names the parameter."""

    def get_filterset_class(self, view: Any, queryset: QuerySet[Any] | None = None) -> type[ListFilter]:
        """The filter set that the view has for this request's user."""
        described = getattr(view, "swagger_fake_view", False)  # the schema names all filters there are
        chosen: type[ListFilter] = view.filterset_class if described else view.get_filterset_class()
        return chosen

    def filter_queryset(self, request: Request, queryset: QuerySet[Any], view: Any) -> QuerySet[Any]:
        """`queryset` as the parameters ask; raises ValidationError (400) that names the bad ones."""
        if request.query_params.keys().isdisjoint(self.get_filterset_class(view).base_filters):
            return queryset.order_by(view.lookup_field)  # a set of filters takes longer to make than to skip
        filtered: QuerySet[Any] = super().filter_queryset(request, queryset, view)
        return filtered

    def get_filterset_kwargs(self, request: Request, queryset: QuerySet[Any], view: Any) -> dict[str, Any]:
        """As the parent's, with the day."""
        return {**super().get_filterset_kwargs(request, queryset, view), "day": view.day}
