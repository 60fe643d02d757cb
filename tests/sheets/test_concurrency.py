"""Two imports at once: one after the other, and neither is half done."""

import io
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from django.db import connection, transaction

from orgs.actions.enterprise import close_enterprise
from orgs.models import AboveScale, Area, Coverage, Enterprise, Instructor
from record.origin import Origin, originating
from sheets import imports, tasks
from sheets.models import Import, State
from sheets.pipeline import import_file
from sheets.problems import ImportRefused
from sheets.resources import RESOURCES
from tests.factories.orgs import AreaFactory, EnterpriseFactory, OrganizationFactory, credit_code
from tests.factories.turns import at_once, in_turn
from tests.sheets.files import TODAY
from tests.sheets.stepping import organizer, uploaded

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


def confirmed(rows, *, resource):
    """An import that is to run, confirmed by a request of its own; gives its key."""
    found = uploaded(rows, by=organizer(), resource=resource)
    with originating(Origin(f"request-{found.pk}")):
        imports.confirm(found, seen=found.seen)
    return found.pk


def run(pk):
    """Run the import `pk` as the worker does, and check it again where it is to be; gives its state then."""
    tasks.run_import.call(pk)
    tasks.check_import.call(pk)
    return Import.objects.get(pk=pk).state


@pytest.mark.django_db(transaction=True)
def test_of_two_imports_of_the_same_rows_at_once_one_is_shown_again():
    """Whichever comes first: the rows are all of one of them."""
    EnterpriseFactory(uscc=credit_code(0), name="old")
    codes = [credit_code(number) for number in range(40)]
    both = [
        confirmed(
            [["uscc", "name", "registered_on"], *([code, name, "2000-01-01"] for code in order)],
            resource="enterprises",
        )
        for name, order in (("甲", codes), ("乙", codes[::-1]))
    ]

    states = at_once(*(lambda pk=pk: run(pk) for pk in both))

    assert sorted(states) == [State.CHECKED, State.DONE]
    assert Import.objects.get(state=State.CHECKED).is_stale
    (name,) = set(Enterprise.objects.values_list("name", flat=True))
    assert name == "甲乙"[states.index(State.DONE)]
    assert Enterprise.history.filter(request_id__startswith="request-").count() == 40


@pytest.mark.django_db(transaction=True)
def test_an_import_that_two_workers_take_up_at_once_runs_once():
    rows = [["uscc", "name", "registered_on"], *([credit_code(n), "x", "2000-01-01"] for n in range(40))]
    pk = confirmed(rows, resource="enterprises")
    assert at_once(lambda: run(pk), lambda: run(pk)) == [State.DONE, State.DONE]
    assert Enterprise.history.count() == 40


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("resource", "rows", "make"),
    [
        (
            "enterprises",
            [["uscc", "name", "registered_on"], [credit_code(1), "imported", "2000-01-01"]],
            lambda: EnterpriseFactory(uscc=credit_code(1), name="old"),
        ),
        (
            "areas",
            [["code", "name", "level"], ["330304", "imported", "district"]],
            lambda: AreaFactory(code="330304", name="old"),
        ),
    ],
    ids=["enterprises", "areas"],
)
def test_what_somebody_saves_while_the_import_runs_is_not_overwritten(resource, rows, make):
    record = make()
    pk = confirmed(rows, resource=resource)

    def save():
        record.name = "somebody's"
        record.save()

    assert in_turn(save, lambda: run(pk)) == State.CHECKED
    record.refresh_from_db()
    assert record.name == "somebody's"
    assert Import.objects.get().is_stale
