"""The sample register: invented, but for two companies that the 2008 report names."""

from datetime import date

REPORT_DAY = date(2008, 6, 19)
"""The day of the report whose figures the sample register has (瓯海区委组织部, printed 2008-06-20)."""

COUNTY = "330399"
"""The county of all its credit codes; it is not assigned, so that none of them meets a real one."""
