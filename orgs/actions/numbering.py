"""The next number of a series: without gaps and doubles, also when several ask at once."""

from orgs.models import Series


def next_number(series: str) -> int:
    """The next number of `series`, from 1 on.

    Call it inside the transaction that uses the number: it is taken back with it, and who asks meanwhile
    waits, so that no number is left out or given twice.
    """
    Series.objects.get_or_create(name=series)
    row = Series.objects.select_for_update().get(name=series)
    row.last += 1
    row.save(update_fields=["last"])
    return row.last
