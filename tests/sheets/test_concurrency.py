"""Two imports at once: one after the other, and neither is half done."""

import io
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from django.db import connection, transaction

from orgs.actions.enterprise import close_enterprise
from orgs.models import AboveScale, Area, Coverage, Instructor
from sheets.pipeline import import_file
from sheets.problems import ImportRefused
from sheets.resources import RESOURCES
from tests.factories.orgs import EnterpriseFactory, OrganizationFactory
from tests.factories.turns import in_turn
from tests.sheets.files import TODAY

ROWS = "code,name,level\n" + "".join(f"3303{number},x,district\n" for number in range(10, 60))


def import_areas(text=ROWS):
    try:
        summary = import_file(RESOURCES["areas"], io.BytesIO(text.encode()), day=TODAY)
    finally:
        connection.close()
    return tuple(summary.outcomes.counts.values())


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_the_same_file_twice_at_once_is_created_once():
    with ThreadPoolExecutor(3) as pool:
        done = sorted(pool.map(lambda _: import_areas(), range(3)))
    assert done == [(0, 0, 50), (0, 0, 50), (50, 0, 0)]
    assert Area.objects.count() == 50


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_an_import_waits_for_the_one_before_it():
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            import_file(RESOURCES["areas"], io.BytesIO(ROWS.encode()), day=TODAY)
            other = pool.submit(import_areas, ROWS.replace("x", "y"))
            with pytest.raises(TimeoutError):
                other.result(timeout=0.5)
        assert other.result(timeout=20) == (0, 50, 0)


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_an_import_that_waits_too_long_says_why_it_gave_up():
    def import_impatiently():
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = 100")
        return import_areas()

    with ThreadPoolExecutor(1) as pool, transaction.atomic():
        import_file(RESOURCES["areas"], io.BytesIO(ROWS.encode()), day=TODAY)
        with pytest.raises(ImportRefused) as refused:
            pool.submit(import_impatiently).result(timeout=20)
    (problem,) = refused.value.errors.first()
    assert "lock timeout" in str(problem)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("resource", "columns", "values", "model"),
    [
        ("coverage", "organization,enterprise,valid_from", "A,{uscc},2007-01-01", Coverage),
        ("instructors", "name,enterprise,valid_from", "王五,{uscc},2007-01-01", Instructor),
        ("enterprises", "uscc,name,registered_on,above_scale_from", "{uscc},甲,2000-01-01,2007-01-01", AboveScale),
    ],
)  # fmt: skip
def test_a_period_that_is_imported_while_its_enterprise_closes_ends_with_it(resource, columns, values, model):
    enterprise = EnterpriseFactory()
    OrganizationFactory(code="A")
    file = io.BytesIO(f"{columns}\n{values.format(uscc=enterprise.uscc)}\n".encode())
    in_turn(
        lambda: close_enterprise(enterprise=enterprise, on=date(2008, 6, 30), by=None),
        lambda: import_file(RESOURCES[resource], file, day=TODAY),
    )
    assert model.objects.get().valid_to == date(2008, 6, 30)


@pytest.mark.postgresql
@pytest.mark.django_db
def test_the_database_knows_the_number_of_rows_after_a_large_import():
    large = "code,name,level\n" + "".join(f"330304{n:03},x,subdistrict\n" for n in range(1000))
    import_file(RESOURCES["areas"], io.BytesIO(large.encode()), day=TODAY)
    with connection.cursor() as cursor:
        cursor.execute("SELECT reltuples FROM pg_class WHERE relname = 'orgs_area'")
        assert cursor.fetchone() == (1000,)
