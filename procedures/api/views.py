"""What a resource offers beside reading and writing: its procedures, by POST beneath the record."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar, TypeVar

from django.core.exceptions import ValidationError as InvalidValue
from django.db import transaction
from django.db.models import Model
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.settings import api_settings
from rest_framework.status import HTTP_409_CONFLICT

from orgs.actions.refusals import Refusal
from orgs.api.bodies import Body
from orgs.api.schema import ETAG, IF_MATCH, NO_VERSION, STALE, WRITES
from orgs.api.writing import ActedOnViewSet, permission
from procedures.inputs import values_of
from procedures.performing import Outcome, lock_in_order, perform
from procedures.procedure import Procedure
from record.origin import because

_V = TypeVar("_V", bound=type[ActedOnViewSet])


class FieldSerializer(serializers.Serializer[Any]):
    """A field before and after, as a reader calls it."""

    name = serializers.CharField()
    old = serializers.CharField(allow_blank=True)
    new = serializers.CharField(allow_blank=True)


class RowSerializer(serializers.Serializer[Any]):
    """A row that is written."""

    name = serializers.CharField()
    is_new = serializers.BooleanField()
    fields = FieldSerializer(many=True)  # type: ignore[assignment]  # a Serializer has `fields` of its own


class RowsSerializer(serializers.Serializer[Any]):
    """The rows of a table that are written: how many, and the first of them."""

    table = serializers.CharField(source="label")
    count = serializers.IntegerField()
    rows = RowSerializer(many=True, source="shown")


class MovedSerializer(serializers.Serializer[Any]):
    """A figure that moves."""

    figure = serializers.CharField(source="code")
    label = serializers.CharField()  # type: ignore[assignment]  # a Serializer has a `label` of its own
    before = serializers.IntegerField()
    after = serializers.IntegerField()


class DayFiguresSerializer(serializers.Serializer[Any]):
    """The figures of a day that move."""

    day = serializers.DateField()
    is_past = serializers.BooleanField(help_text=gettext_lazy("They may have been reported already."))
    moved = MovedSerializer(many=True)


class OutcomeSerializer(serializers.Serializer[Any]):
    """What a procedure did, or would do."""

    performed = serializers.BooleanField(help_text=gettext_lazy("False for a preview: nothing is written."))
    digest = serializers.CharField(help_text=gettext_lazy("Sent as `confirm` it is done only as shown here."))
    warnings = serializers.ListField(child=serializers.CharField())
    figures = DayFiguresSerializer(many=True)
    changes = RowsSerializer(many=True, source="rows")


class ProceduralViewSet(ActedOnViewSet):
    """A resource with procedures; made by `with_procedures`."""

    procedures: ClassVar[Mapping[str, Procedure]] = {}
    """By the name of the view's action."""

    @property
    def needs(self) -> Mapping[str, Sequence[str]]:
        """Also the permissions of the procedures."""
        change = permission("change", self.table)
        return {
            **super().needs,
            **{name: [change, *procedure.needs] for name, procedure in self.procedures.items()},
        }

    def perform_procedure(self, request: Request) -> Response:
        """Do the procedure of the view's action, or show what it would do."""
        procedure = self.procedures[self.action]
        key = self.kwargs[self.lookup_field]
        seen: Model | None = self.get_queryset().filter(**{self.lookup_field: key}).first()
        if seen is None:
            raise NotFound
        self._refuse_stale(request, seen)
        known = self._given(procedure, seen, request.data)
        with transaction.atomic():
            lock_in_order(seen, values_of(procedure.inputs, known))
            record = self._locked(key)
            self._refuse_stale(request, record)
            # Once more: what it names may have been moved away meanwhile.
            given = self._given(procedure, record, request.data)
            is_preview, confirmed = given.pop("preview", False), given.pop("confirm", "")
            with because(given.pop("change_reason", "")):
                outcome = perform(
                    procedure, record, values_of(procedure.inputs, given), by=self.writer, scope=self.scope,
                    today=timezone.localdate(), may_see=self._may_see,
                    keep=lambda outcome: not is_preview and confirmed in ("", outcome.digest),
                )  # fmt: skip
        performed = not is_preview and confirmed in ("", outcome.digest)
        told = OutcomeSerializer().to_representation(_Told(outcome, performed=performed))
        if not performed and not is_preview:
            return Response(
                {"detail": _("It would now do something else than you confirmed. Look again"), **told},
                status=HTTP_409_CONFLICT,
            )
        try:
            _detail, etag = self.read(key)
        except NotFound:  # it lies outside the writer's area now
            return Response(told)
        return Response(told, headers={"ETag": etag})

    def _given(self, procedure: Procedure, record: Model, said: Any) -> dict[str, Any]:
        """The values of a body; raises ValidationError."""
        context = {**self.get_serializer_context(), "scope": self.scope, "record": record}
        body = body_of(procedure)(data=said, context=context)
        body.is_valid(raise_exception=True)
        return dict(body.validated_data)

    def _refusal(self, error: Exception) -> Exception:
        procedure = self.procedures.get(self.action)
        if procedure is None:
            return super()._refusal(error)
        place = next((name for kind, name in procedure.at.items() if isinstance(error, kind)), None)
        if place is not None or isinstance(error, Refusal):
            return ValidationError({place or api_settings.NON_FIELD_ERRORS_KEY: [str(error)]})
        return super()._refusal(error)

    def _by_field(self, error: InvalidValue) -> dict[str, list[str]]:
        found = super()._by_field(error)
        procedure = self.procedures.get(self.action)
        if procedure is None:
            return found
        other = api_settings.NON_FIELD_ERRORS_KEY
        shown: dict[str, list[str]] = {}
        for name, texts in found.items():
            place = "on" if name == "valid_from" else name
            shown.setdefault(place if place in procedure.inputs else other, []).extend(texts)
        return shown


class _Told:
    """An outcome, and whether it was done."""

    def __init__(self, outcome: Outcome, *, performed: bool) -> None:
        self.performed = performed
        self.digest, self.warnings = outcome.digest, outcome.warnings
        self.figures, self.rows = outcome.figures, outcome.rows


def body_of(procedure: Procedure) -> type[Body]:
    """The body of a request for `procedure`: its inputs, and whether to show only what it would do."""
    return _bodies[type(procedure)]


def with_procedures(procedures: Sequence[type[Procedure]]) -> Callable[[_V], _V]:
    """A decorator of viewsets: `POST <record>/<name>/` for each of `procedures`."""

    def offer(viewset: _V) -> _V:
        attributes: dict[str, Any] = {"__doc__": viewset.__doc__}
        offered: dict[str, Procedure] = {}
        for procedure in procedures:
            name = procedure.name.replace("-", "_") + "_procedure"
            _bodies.setdefault(procedure, _body(procedure))
            offered[name] = procedure()
            attributes[name] = _address(name, procedure)
        attributes["procedures"] = offered
        made: Any = type(viewset.__name__, (ProceduralViewSet, viewset), attributes)
        return made  # type: ignore[no-any-return]

    return offer


_bodies: dict[type[Procedure], type[Body]] = {}


def _body(procedure: type[Procedure]) -> type[Body]:
    fields: dict[str, Any] = {name: asked.body_field() for name, asked in procedure.inputs.items()}
    fields["preview"] = serializers.BooleanField(
        required=False, help_text=gettext_lazy("Only show what it would do; nothing is written.")
    )
    fields["confirm"] = serializers.CharField(
        required=False, help_text=gettext_lazy("The digest of a preview: do it only if it does just that.")
    )
    return type(f"{procedure.__name__}Body", (Body,), {**fields, "__doc__": procedure.__doc__})


def _address(name: str, procedure: type[Procedure]) -> Any:
    def run(self: ProceduralViewSet, request: Request, **_kwargs: Any) -> Response:
        return self.perform_procedure(request)

    run.__name__ = name
    run.__doc__ = procedure.__doc__
    described = extend_schema(
        description=procedure.__doc__,
        request=_bodies[procedure],
        parameters=[IF_MATCH, ETAG],
        responses={
            200: OutcomeSerializer,
            **WRITES,
            409: OpenApiResponse(
                {"type": "object"},
                description=gettext_lazy(
                    "It would now do something else than was confirmed, or somebody was first."
                ),
            ),
            412: STALE,
            428: NO_VERSION,
        },
    )
    # Described last: to be an action of the view forgets what was said of the function before.
    return described(action(detail=True, methods=["post"], url_path=procedure.name)(run))
