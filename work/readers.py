"""Who reads what the rules ask for: records are named to those who see them today (ADR 0007)."""

from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

from django.db.models import QuerySet

from orgs.models import Scope

_Rows = TypeVar("_Rows", bound=QuerySet[Any])


@dataclass(frozen=True)
class Reader:
    """Somebody with `scope`, who reads `today`, on whatever day they ask."""

    scope: Scope
    today: date

    def sees(self, rows: _Rows) -> _Rows:
        """Those of `rows`, of a table with a scope, that lie in the reader's scope today."""
        if self.scope.everything:
            return rows
        seen: Any = rows.model._default_manager.all()
        return rows.filter(pk__in=seen.within(self.scope, self.today).values("pk"))
