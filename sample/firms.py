"""Enterprises by lot."""

from datetime import date
from random import Random

from orgs.models import Area, Enterprise, EnterpriseArea, Ownership
from sample.names import Names, credit_code
from sample.world import Firm, World

LEGAL_FORMS = {
    Ownership.PRIVATE: "有限责任公司（自然人投资或控股）",
    Ownership.HMT: "有限责任公司（港澳台投资）",
    Ownership.FOREIGN: "有限责任公司（外商投资）",
    Ownership.COLLECTIVE: "集体所有制",
    Ownership.STATE: "全民所有制",
    Ownership.INDIVIDUAL: "个体工商户",
}
NAME_FORMS = {Ownership.COLLECTIVE: "厂", Ownership.STATE: "总厂", Ownership.INDIVIDUAL: "商行"}


class Firms:
    """Opens enterprises and adds them to the world."""

    def __init__(self, world: World, names: Names, lot: Random) -> None:
        self.world = world
        self.names = names
        self.lot = lot

    def open(
        self, registered_on: date, area: Area, *, ownership: Ownership | None = None, name: str = ""
    ) -> Firm:
        """A new enterprise, private or now and then foreign unless told; of a real one, `name`, no more is told."""
        if ownership is None:
            roll = self.lot.random()
            ownership = (
                Ownership.HMT if roll < 0.06 else Ownership.FOREIGN if roll < 0.1 else Ownership.PRIVATE
            )
        individual = ownership == Ownership.INDIVIDUAL
        row = Enterprise(
            uscc=credit_code(len(self.world.firms) + 1, registered_as="92" if individual else "91"),
            name=name or self.names.enterprise(form=NAME_FORMS.get(ownership, "有限公司")),
            ownership=ownership,
            registered_on=registered_on,
        )
        if not name:
            row.legal_form = LEGAL_FORMS[ownership]
            assert area.parent is not None  # noqa: S101 - an enterprise stands in a community
            row.address = f"温州市瓯海区{area.parent.name}样例路{len(self.world.firms) + 1}号"
            row.employees = (
                self.lot.randint(2, 8) if individual else int(self.lot.lognormvariate(4.2, 0.8)) + 5
            )
        firm = Firm(row, [EnterpriseArea(enterprise=row, area=area, valid_from=registered_on)])
        self.world.firms.append(firm)
        return firm
