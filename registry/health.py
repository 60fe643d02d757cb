"""Whether the site is alive, and whether it is ready; for a supervisor or a load balancer."""

import logging

from django.db import Error, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

logger = logging.getLogger(__name__)


@never_cache
@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """200 as long as the process answers; asks nothing of the database."""
    return JsonResponse({"status": "ok"})


@never_cache
@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    """200 when the database answers and every migration is applied, else 503 with the reason."""
    try:
        executor = MigrationExecutor(connection)
        unapplied = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except Error:
        logger.exception("The database does not answer")
        return JsonResponse({"status": "unavailable", "reason": "the database does not answer"}, status=503)
    if unapplied:
        return JsonResponse(
            {"status": "unavailable", "reason": "migrations are not applied", "unapplied": len(unapplied)},
            status=503,
        )
    return JsonResponse({"status": "ok"})
