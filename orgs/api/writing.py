"""The base of the lists that are written, too: POST makes a record, PATCH changes one.

Bodies check the shape, an action makes the change, the database has the last word; all in one transaction,
in which the writer's scope is asked again with the record locked.
"""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser
from django.core.exceptions import NON_FIELD_ERRORS
from django.core.exceptions import ValidationError as InvalidRecord
from django.db import IntegrityError, OperationalError, transaction
from django.db.models import Model
from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework.exceptions import APIException, NotFound, ValidationError
from rest_framework.metadata import SimpleMetadata
from rest_framework.permissions import BasePermission, IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.settings import api_settings
from rest_framework.status import HTTP_201_CREATED, HTTP_412_PRECONDITION_FAILED

from orgs.actions.recording import clash_message
from orgs.actions.scoping import LeavesTheScope, days_outside, keep_within
from orgs.api.base import RegisterViewSet
from orgs.api.bodies import Body
from orgs.api.etags import Stale, versions_read
from orgs.api.idempotency import claim, idempotency_key
from orgs.api.parsing import BodyParser
from orgs.models import Scope
from orgs.versions import Change, changes_since, version_of
from record.origin import because


class MayWrite(BasePermission):
    """Who lacks a permission gets a 403 for each record of the table, seen, unseen or absent."""

    def has_permission(self, request: Request, view: Any) -> bool:
        """Whether the user may do to the view's table what the request asks for."""
        return request.user.has_perms(view.needs.get(view.action or "", ()))


def permission(deed: str, table: type[Model]) -> str:
    """The name of the permission to do `deed` ("add") to rows of `table`."""
    return f"{table._meta.app_label}.{deed}_{table._meta.model_name}"


class Clash(APIException):
    """The database refused what was found valid: somebody else was first."""

    status_code = 409
    default_code = "clash"

    def __init__(self) -> None:
        super().__init__(clash_message())


class Metadata(SimpleMetadata):
    """The answer to OPTIONS, without the fields: the schema tells them."""

    def determine_actions(self, request: Request, view: Any) -> dict[str, Any]:
        """None: a write does not take the fields of a row."""
        return {}


class ActedOnViewSet(RegisterViewSet):
    """A list whose records are changed by requests: what such a request needs, and how it is refused.

    `refusals` names the exceptions by which actions say no, each with the field at which it is shown.
    """

    http_method_names = ["get", "head", "options", "post"]
    permission_classes = [IsAuthenticated, MayWrite]
    parser_classes = [BodyParser]
    metadata_class = Metadata

    table: ClassVar[type[Model]]
    """Whose permissions a writer needs."""
    names: ClassVar[Mapping[str, str]] = {}
    """Fields of bodies by the attributes that actions know them by, beyond the fields' own sources."""
    place: ClassVar[str]
    """The field that says where a record lies."""
    refusals: ClassVar[Mapping[type[Exception], str]] = {}
    owners: ClassVar[tuple[str, ...]] = ()
    """The links of a period to what it ends with, in the order in which everybody locks them."""

    @property
    def needs(self) -> Mapping[str, Sequence[str]]:
        """The permissions that each action of the view needs which writes."""
        return {}

    @property
    def scope(self) -> Scope:
        """What the writer sees."""
        return self.request.user.scope  # type: ignore[union-attr]

    @property
    def writer(self) -> AbstractBaseUser:
        """Who writes."""
        return self.request.user  # type: ignore[return-value]  # only who is signed in comes here

    def known_parameters(self) -> Any:
        """A write knows no day: it answers as of today."""
        return {"format"} if self.action in self.needs else super().known_parameters()

    def _locked(self, key: Any) -> Model:
        """The record; raises NotFound where the writer does not see it once it is locked."""
        rows = self.table._default_manager.filter(**{self.lookup_field: key})
        for name in self.owners:
            # Before the period itself: who ends an owner locks it first, and then its periods.
            owners: Any = self.table._meta.get_field(name).related_model
            locked = owners._default_manager.select_for_update().filter(pk__in=rows.values(name))
            list(locked.values_list("pk"))
        list(rows.select_for_update().values_list("pk"))
        record: Model | None = self.get_queryset().filter(**{self.lookup_field: key}).first()
        if record is None:
            raise NotFound
        return record

    def _refuse_stale(self, request: Request, record: Model) -> None:
        """Raise PreconditionRequired (428) without a version, Stale (412) with one that is past."""
        read = versions_read(request)
        if version_of(record, self.periods_of_records) in read:
            return
        # A tag that is none of ours names no version: then there is nothing to tell.
        changes = changes_since(record, self.periods_of_records, max(read)) if read else []
        raise Stale(
            {
                "detail": _("The record was changed since you read it; read it again. Nothing was saved."),
                "changes": [self._told(change) for change in changes if self._may_see(change.model)],
            }
        )

    def _told(self, change: Change) -> dict[str, Any]:
        is_own = issubclass(self.table, change.model)  # days of periods have their own names
        names = (
            {attribute: name for name, attribute in self._attributes()} | dict(self.names) if is_own else {}
        )
        return {
            "at": change.at.isoformat(),
            "by": change.by.get_username() if change.by is not None else None,
            "record": change.record,
            "fields": [names.get(field.name, field.name) for field in change.fields],
        }

    def _may_see(self, table: type[Model]) -> bool:
        return any(self.request.user.has_perm(permission(deed, table)) for deed in ("view", "change"))

    def _attributes(self) -> list[tuple[str, str]]:
        """The fields of bodies, each with the attribute that it says something of."""
        return []

    def handle_exception(self, exc: Exception) -> Response:
        """Answer what actions and the database refuse with a 400 that names the field, 409 or 412."""
        if isinstance(exc, Stale):
            return Response(exc.body, status=HTTP_412_PRECONDITION_FAILED)
        return super().handle_exception(self._refusal(exc))

    def _refusal(self, error: Exception) -> Exception:
        if isinstance(error, InvalidRecord):
            return ValidationError(self._by_field(error))
        if isinstance(error, LeavesTheScope):
            return ValidationError({self.place: [str(error)]})
        if isinstance(error, IntegrityError | OperationalError) and self.action in self.needs:
            return Clash()
        field = self.refusals.get(type(error))
        return error if field is None else ValidationError({field: [str(error)]})

    def _by_field(self, error: InvalidRecord) -> dict[str, list[str]]:
        names = {attribute: name for name, attribute in self._attributes()} | dict(self.names)
        if not hasattr(error, "error_dict"):
            return {api_settings.NON_FIELD_ERRORS_KEY: error.messages}
        return {
            api_settings.NON_FIELD_ERRORS_KEY if name == NON_FIELD_ERRORS else names.get(name, name): messages
            for name, messages in error.message_dict.items()
        }


class WritableViewSet(ActedOnViewSet):
    """A list that is read and written.

    A subclass makes and changes records by actions, in `make` and `change`.
    """

    http_method_names = ["get", "head", "options", "post", "patch"]

    body_class: ClassVar[type[Body]]

    def make(self, values: dict[str, Any]) -> Model:
        """A new record of `values`, by attribute."""
        raise NotImplementedError

    def change(self, record: Any, values: dict[str, Any]) -> None:
        """Change `record`, which is locked, by `values`."""
        raise NotImplementedError

    @property
    def needs(self) -> Mapping[str, Sequence[str]]:
        """The permissions that each action of the view needs which writes."""
        return {
            "create": [permission("add", self.table)], "partial_update": [permission("change", self.table)],
        }  # fmt: skip

    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Make a record, or answer once more what its `Idempotency-Key` made."""
        key = idempotency_key(request)
        said = request.data
        with transaction.atomic():
            kept = claim(request, key) if key is not None else None
            record_key = kept.record if kept is not None else ""
            if not record_key:
                values = dict(self._valid_body(said).validated_data)
                with because(values.pop("change_reason", "")):
                    record = self.make(values)
                keep_within(record, scope=self.scope, day=timezone.localdate())
                record_key = str(getattr(record, self.lookup_field))
                if kept is not None:
                    kept.record = record_key
                    kept.save(update_fields=["record"])
        detail, etag = self.read(record_key)
        headers = {"ETag": etag, "Location": self.reverse_action("detail", args=[record_key])}
        return Response(detail, status=HTTP_201_CREATED, headers=headers)

    def partial_update(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Change the record, if it still is as the writer read it."""
        key = self.kwargs[self.lookup_field]
        with transaction.atomic():
            record = self._locked(key)
            self._refuse_stale(request, record)
            day = timezone.localdate()
            arranged = days_outside(record, scope=self.scope, day=day)
            values = dict(self._valid_body(request.data, record).validated_data)
            with because(values.pop("change_reason", "")):
                self.change(record, values)
            keep_within(record, scope=self.scope, day=day, arranged=arranged)
        detail, etag = self.read(key)
        return Response(detail, headers={"ETag": etag})

    def assign(self, record: Model, values: Mapping[str, Any]) -> None:
        """Set attributes of `record`, and raise ValidationError where it is not valid with them."""
        for name, value in values.items():
            setattr(record, name, value)
        record.full_clean(exclude=["name_pinyin"])

    def _valid_body(self, said: Any, record: Model | None = None) -> Body:
        context = {**self.get_serializer_context(), "scope": self.scope}
        body = self.body_class(record, data=said, partial=record is not None, context=context)
        body.is_valid(raise_exception=True)
        return body

    def _attributes(self) -> list[tuple[str, str]]:
        fields = self.body_class._declared_fields
        return [(name, str(field.source or name)) for name, field in fields.items()]
