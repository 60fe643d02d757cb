"""Who waits for an organization holds nothing that comes after it in the order of locks."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from time import sleep

import pytest
from django.db import connections, transaction

from members.actions.merging import merge
from members.actions.splitting import split
from members.actions.transfers import request_transfer
from orgs.actions.locking import locked
from orgs.actions.organization import change_organization
from orgs.actions.restructuring import change_superior
from orgs.models import Kind, Organization
from tests.factories.members import MemberFactory
from tests.factories.orgs import EnterpriseFactory, OrganizationFactory

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.postgresql,  # SQLite locks no rows
]
DAY = date(2008, 6, 30)


def is_free_meanwhile(held, row, action):
    """Hold `held` while `action` waits for it, and take `row`, which must be free; then `action` goes on."""

    def run():
        try:
            return action()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            locked([held])
            waiting = pool.submit(run)
            sleep(0.5)
            assert not waiting.done()
            type(row)._default_manager.select_for_update(nowait=True).get(pk=row.pk)
        return waiting.result(timeout=20)


def test_a_request_of_a_transfer_waits_for_the_origin_before_it_takes_the_member():
    origin, destination = OrganizationFactory(), OrganizationFactory()
    member = MemberFactory(organization=origin)
    transfer = is_free_meanwhile(
        origin, member, lambda: request_transfer(member=member, destination=destination, on=DAY, by=None)
    )
    assert transfer.origin == origin


def test_a_split_waits_for_the_superior_before_it_takes_enterprises():
    superior, enterprise = OrganizationFactory(), EnterpriseFactory()
    organization = OrganizationFactory(superior=superior, covers=[enterprise])
    new = is_free_meanwhile(
        superior, enterprise,
        lambda: split(
            organization=organization, new=Organization(code="NEW", name="新"), kind=Kind.BRANCH, area=None,
            enterprises=[enterprise], on=DAY, document="分1", by=None,
        ),
    )  # fmt: skip
    assert new.superior == superior


@pytest.mark.parametrize("way", ["merge", "change superior", "change in the form"])
def test_the_chain_of_superiors_is_taken_in_one_order(way):
    top, moving = OrganizationFactory(), OrganizationFactory()
    middle = OrganizationFactory(superior=top)

    def change():
        if way == "merge":
            return merge(organization=moving, into=middle, on=DAY, document="并1", by=None)
        if way == "change superior":
            return change_superior(organization=moving, superior=middle, on=DAY, document="隶1", by=None)
        moving.superior = middle
        return change_organization(organization=moving, by=None)

    assert top.pk < moving.pk < middle.pk
    is_free_meanwhile(top, moving, change)
    moving.refresh_from_db()
    assert middle in (moving.superior, moving.successor)
