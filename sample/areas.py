"""The areas: Ouhai with its subdistricts, and in them invented communities.

Names and codes of province, city, district and subdistricts are real (today's map, GB/T 2260 and the
statistical codes). The communities are invented: enterprise communities have no administrative
counterpart, so the register gives their codes, and the rest of each subdistrict stands for its
administrative communities.
"""

from dataclasses import dataclass

from orgs.models import Area, Level

SUBDISTRICTS = (
    ("330304001", "景山", "Jingshan", ()),
    ("330304002", "梧田", "Wutian", (("云帆", "Yunfan"), ("远舟", "Yuanzhou"))),
    ("330304003", "南白象", "Nanbaixiang", (("明湖", "Minghu"),)),
    ("330304004", "茶山", "Chashan", ()),
    ("330304005", "娄桥", "Louqiao", (("青枫", "Qingfeng"),)),
    ("330304006", "新桥", "Xinqiao", (("晨光", "Chenguang"),)),
    ("330304007", "三垟", "Sanyang", ()),
    ("330304008", "瞿溪", "Quxi", (("长亭", "Changting"),)),
    ("330304009", "郭溪", "Guoxi", (("新泉", "Xinquan"),)),
    ("330304010", "潘桥", "Panqiao", ()),
    ("330304011", "丽岙", "Li'ao", ()),
    ("330304012", "仙岩", "Xianyan", (("朝阳", "Chaoyang"),)),
)
"""Code, name, English name, and the enterprise communities in it."""


@dataclass(frozen=True)
class Districts:
    """The areas of the sample by what they are for."""

    everything: list[Area]
    enterprise_communities: list[Area]
    elsewhere: list[Area]
    """The rest of each subdistrict: no community general branch looks after it."""


def draw_districts() -> Districts:
    """The areas, not yet saved, each after the one that it lies in."""
    province = Area(code="33", name="浙江省", name_en="Zhejiang", level=Level.PROVINCE)
    city = Area(code="3303", name="温州市", name_en="Wenzhou", level=Level.CITY, parent=province)
    district = Area(code="330304", name="瓯海区", name_en="Ouhai", level=Level.DISTRICT, parent=city)
    districts = Districts([province, city, district], [], [])
    for code, name, english, communities in SUBDISTRICTS:
        subdistrict = Area(
            code=code, name=f"{name}街道", name_en=english, level=Level.SUBDISTRICT, parent=district
        )
        districts.everything.append(subdistrict)
        for number, (community, community_english) in enumerate(communities, start=901):
            area = Area(
                code=f"{code}{number}",
                name=f"{name}{community}企业社区",
                name_en=f"{english} {community_english} Enterprise Community",
                level=Level.COMMUNITY,
                parent=subdistrict,
            )
            districts.everything.append(area)
            districts.enterprise_communities.append(area)
        rest = Area(
            code=f"{code}801",
            name=f"{name}其他社区",
            name_en=f"{english}, other communities",
            level=Level.COMMUNITY,
            parent=subdistrict,
        )
        districts.everything.append(rest)
        districts.elsewhere.append(rest)
    return districts
