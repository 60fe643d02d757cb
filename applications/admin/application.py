"""Applications: the queue, and the page of each, which nothing but procedures changes."""

from collections.abc import Sequence
from datetime import date
from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from applications.admin.filters import AssignedFilter, OverdueFilter, StateFilter
from applications.admin.letter import LetterMixin
from applications.beside import beside
from applications.models import REVIEWERS_TURN, Application
from applications.warnings import warnings_of
from members.models import Member, Stage
from orgs.admin.filters import AreaFilter
from orgs.admin.protected import ProtectedAdmin
from orgs.admin.scoping import scope_of, seen


class ApplicationAdmin(LetterMixin, ProtectedAdmin):
    """The applications of enterprises of the user's area, without drafts, each beside what the register knows."""

    list_display = [
        "reference", "enterprise_name", "area", "formation", "state_shown", "age", "due", "assigned_to",
    ]  # fmt: skip
    list_filter = [StateFilter, AssignedFilter, AreaFilter, OverdueFilter]
    list_select_related = ["area", "assigned_to"]
    search_fields = ["reference__istartswith", "enterprise_name__contains", "uscc__istartswith"]
    search_help_text = _("Reference number, name of the enterprise, or credit code")
    sortable_by = ["reference", "due"]
    ordering = ["due_on", "pk"]
    fieldsets: ClassVar[Any] = [
        (None, {"fields": ["reference", "state_shown", "submitted_on", "due", "assigned_to"]}),
        (_("Decision"), {"fields": ["decided_on", "approval_number", "filed_on", "organization"]}),
    ]
    readonly_fields = ["reference", "state_shown", "due"]

    @admin.display(description=pgettext_lazy("application", "state"))
    def state_shown(self, row: Application) -> str:
        return row.get_state_display()

    @admin.display(description=_("age in days"))
    def age(self, row: Application) -> int | None:
        return None if row.submitted_on is None else (timezone.localdate() - row.submitted_on).days

    @admin.display(description=_("to be decided by"), ordering="due_on")
    def due(self, row: Application) -> str:
        if row.due_on is None:
            return ""
        day = date_format(row.due_on)
        if row.state in REVIEWERS_TURN and row.due_on < timezone.localdate():
            return gettext("%(day)s · overdue") % {"day": day}
        return day

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """What the user sees; drafts are the applicants' own."""
        return super().get_queryset(request).submitted()  # type: ignore[attr-defined, no-any-return]

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Enterprises apply by themselves."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """What is done to it are procedures; none of its fields is written by itself."""
        return False

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Also who may change applications looks at them."""
        return super().has_view_permission(request, obj) or self.may_reveal(request)

    def may_reveal(self, request: HttpRequest) -> bool:
        """Who reviews may have to call the applicant."""
        return request.user.has_perm("applications.change_application")

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """The page, with what the applicant says, what the register knows, and what happened so far."""
        record = kwargs.get("obj")
        if record is not None:
            context.update(self.sections(request, record))
        return super().render_change_form(request, context, *args, **kwargs)

    def sections(self, request: HttpRequest, record: Application) -> dict[str, Any]:
        """What the template shows of `record` beside its fields; a constant number of statements."""
        today, scope = timezone.localdate(), scope_of(request)
        may_see_members = request.user.has_perm("members.view_member")
        known = seen(Member.objects.all(), request) if may_see_members else None
        register = beside(record, today, scope)
        employees = []
        if known is not None and register.enterprise is not None:
            staged: Any = known.filter(employer=register.enterprise)
            staged = staged.with_stage_on(today).exclude(stage=Stage.ENDED)
            employees = [
                (
                    member,
                    self.address_to("members_member", member),
                    Stage(member.stage).label if member.stage else "",
                )
                for member in staged.order_by("name_pinyin", "member_no")
            ]
        return {
            "said": record,
            "persons": record.members.order_by("-is_secretary", "pk"),
            "with_whom": record.neighbours.order_by("pk"),
            "files": record.files.defer("content").order_by("pk"),
            "reveals": self._reveals(request, record),
            "warned": warnings_of(record, today, members=known),  # type: ignore[arg-type]
            "register": register,
            "enterprise_links": self._links(
                request, "orgs_enterprise", [register.enterprise] if register.enterprise else []
            ),
            "employees": employees,
            "may_see_members": may_see_members,
            "neighbour_links": self._links(request, "orgs_enterprise", register.neighbours),
            "community_links": self._links(request, "orgs_communitygeneralbranch", register.community),
            "earlier_links": self._links(request, "applications_application", register.earlier),
            "events": record.events.select_related("by").order_by("number"),
        }

    def address_to(self, table: str, row: Model) -> str:
        """The page of `row` of `table` in the admin."""
        return reverse(f"admin:{table}_change", args=[row.pk], current_app=self.admin_site.name)

    def _links(self, request: HttpRequest, table: str, rows: Sequence[Model]) -> list[tuple[Any, str]]:
        """Each of `rows` of `table` with the address of its page; without one where the user does not see it."""
        if not rows:
            return []
        table_of_rows = type(rows[0])._default_manager.filter(pk__in=[row.pk for row in rows])
        keys = set(seen(table_of_rows, request).values_list("pk", flat=True))
        return [(row, self.address_to(table, row) if row.pk in keys else "") for row in rows]

    def _reveals(self, request: HttpRequest, record: Application) -> dict[str, str]:
        """The pages that reveal the protected values of `record`, for who may."""
        if not self.may_reveal(request):
            return {}
        name = "admin:applications_application_reveal"
        return {
            column: reverse(name, args=[record.pk, column])
            for column in self.protected()
            if getattr(record, column)
        }

    def with_columns(self, rows: QuerySet[Any], day: date) -> QuerySet[Any]:
        return rows.select_related("area", "assigned_to")
