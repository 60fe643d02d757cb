"""What can be imported, in the order in which a register is loaded."""

from sheets.resources.areas import Areas
from sheets.resources.coverage import CoverageRows
from sheets.resources.designations import Designations
from sheets.resources.enterprises import Enterprises
from sheets.resources.instructors import Instructors
from sheets.resources.members import Members
from sheets.resources.organizations import Organizations
from sheets.run import Resource

RESOURCES: dict[str, type[Resource]] = {
    resource.name: resource
    for resource in (Areas, Enterprises, Organizations, CoverageRows, Members, Instructors, Designations)
}
