"""Factories of the ground floor. Credit codes are invented: no county has the code 330399."""

from datetime import date
from typing import Any

import factory
from factory.django import DjangoModelFactory
from stdnum.cn import uscc

from orgs.models import (
    AboveScale,
    Area,
    Coverage,
    Designation,
    DesignationLevel,
    Enterprise,
    EnterpriseAct,
    EnterpriseArea,
    EnterpriseDeed,
    Instructor,
    Kind,
    Organization,
    OrganizationAct,
    OrganizationArea,
    OrganizationDeed,
    OrganizationKind,
    Ownership,
    Practice,
    PracticePicture,
)

START = date(2000, 1, 1)


def credit_code(number: int, *, prefix: str = "91330399") -> str:
    """The `number`-th invented credit code, with its check digit."""
    body = f"{prefix}{number:09d}"
    return body + str(uscc.calc_check_digit(body))


class AreaFactory(DjangoModelFactory[Area]):
    """A subdistrict of 330304 unless told otherwise; `parent` is left to `rebuild_tree`."""

    class Meta:
        model = Area
        django_get_or_create = ("code",)

    code = factory.Sequence(lambda n: f"330304{n % 1000:03d}")
    name = factory.LazyAttribute(lambda area: f"街道{area.code[-3:]}")
    level = factory.LazyAttribute(
        lambda area: {2: "province", 4: "city", 6: "district", 9: "subdistrict", 12: "community"}[
            len(area.code)
        ]
    )


class EnterpriseFactory(DjangoModelFactory[Enterprise]):
    """A private enterprise since 2000; `area=` and `above_scale_from=` open those periods."""

    class Meta:
        model = Enterprise
        skip_postgeneration_save = True

    # Tests choose codes of smaller numbers.
    uscc = factory.Sequence(lambda n: credit_code(1_000_000 + n))
    name = factory.Sequence(lambda n: f"温州第{n}电器有限公司")
    ownership = Ownership.PRIVATE
    registered_on = START

    @factory.post_generation
    def area(enterprise: Any, create: bool, area: Area | None, **_: Any) -> None:
        """Open its area on the day of its registration."""
        if create and area is not None:
            EnterpriseArea.objects.create(
                enterprise=enterprise, area=area, valid_from=enterprise.registered_on
            )

    @factory.post_generation
    def above_scale_from(enterprise: Any, create: bool, day: date | None, **_: Any) -> None:
        """Open an above-scale period."""
        if create and day is not None:
            AboveScale.objects.create(enterprise=enterprise, valid_from=day)


class OrganizationFactory(DjangoModelFactory[Organization]):
    """A branch since 2000; `kind=` and `area=` open its periods, `covers=[...]` its coverage."""

    class Meta:
        model = Organization
        skip_postgeneration_save = True

    code = factory.Sequence(lambda n: f"ZZ{n:05d}")
    name = factory.Sequence(lambda n: f"温州第{n}阀门有限公司党支部")
    established_on = START

    @factory.post_generation
    def kind(organization: Any, create: bool, kind: Kind | None, **_: Any) -> None:
        """Open its kind on the day of its establishment: a branch unless told otherwise."""
        if create:
            OrganizationKind.objects.create(
                organization=organization, kind=kind or Kind.BRANCH, valid_from=organization.established_on
            )

    @factory.post_generation
    def area(organization: Any, create: bool, area: Area | None, **_: Any) -> None:
        """Open its area on the day of its establishment."""
        if create and area is not None:
            OrganizationArea.objects.create(
                organization=organization, area=area, valid_from=organization.established_on
            )

    @factory.post_generation
    def covers(organization: Any, create: bool, enterprises: list[Enterprise] | None, **_: Any) -> None:
        """Cover these enterprises from the day of its establishment."""
        for enterprise in enterprises or [] if create else []:
            Coverage.objects.create(
                organization=organization, enterprise=enterprise, valid_from=organization.established_on
            )


class CoverageFactory(DjangoModelFactory[Coverage]):
    """A coverage period since 2000."""

    class Meta:
        model = Coverage

    organization = factory.SubFactory(OrganizationFactory)
    enterprise = factory.SubFactory(EnterpriseFactory)
    valid_from = START


class InstructorFactory(DjangoModelFactory[Instructor]):
    """An instructor of an enterprise since 2000."""

    class Meta:
        model = Instructor

    name = factory.Sequence(lambda n: f"指导员{n}")
    enterprise = factory.SubFactory(EnterpriseFactory)
    valid_from = START


class DesignationFactory(DjangoModelFactory[Designation]):
    """A title at district level since 2000."""

    class Meta:
        model = Designation

    enterprise = factory.SubFactory(EnterpriseFactory)
    level = DesignationLevel.DISTRICT
    valid_from = START


class PracticeFactory(DjangoModelFactory[Practice]):
    """A practice told in 2008."""

    class Meta:
        model = Practice

    title = factory.Sequence(lambda n: f"做法{n}")
    text = "职工互助会"
    enterprise = factory.SubFactory(EnterpriseFactory)
    day = date(2008, 6, 1)


class PracticePictureFactory(DjangoModelFactory[PracticePicture]):
    """A picture of a practice."""

    class Meta:
        model = PracticePicture

    practice = factory.SubFactory(PracticeFactory)
    jpeg = b"\xff\xd8\xff"
    description = "培训"


class OrganizationDeedFactory(DjangoModelFactory[OrganizationDeed]):
    """The establishment of an organization."""

    class Meta:
        model = OrganizationDeed

    organization = factory.SubFactory(OrganizationFactory)
    what = OrganizationAct.ESTABLISHED
    on = START
    document = factory.Sequence(lambda n: f"党字{n}号")


class EnterpriseDeedFactory(DjangoModelFactory[EnterpriseDeed]):
    """The closing of an enterprise."""

    class Meta:
        model = EnterpriseDeed

    enterprise = factory.SubFactory(EnterpriseFactory)
    what = EnterpriseAct.CLOSED
    on = START
