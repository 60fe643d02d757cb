"""The import of areas; the tree is rebuilt from the codes after it."""

from collections.abc import Sequence

from django.core.exceptions import ValidationError

from orgs.models import Area
from orgs.models.area import validate_area_code
from orgs.pinyin import searchable_pinyin
from sheets.changing import assign
from sheets.columns import choice, text
from sheets.run import Resource, Row
from sheets.scoping import ScopeGuard
from sheets.writing import Changes

LEVELS = {
    "province": "省",
    "city": "市",
    "district": "区县",
    "subdistrict": "街道",
    "community": "社区",
}


class Areas(Resource):
    """Areas by their code."""

    name = "areas"
    columns = (
        text("code", "区划代码", Area, key=True),
        text("name", "名称", Area, required=True, personal=True),
        choice("level", "级别", LEVELS, required=True),
    )
    model = Area

    def load(self, rows: Sequence[Row]) -> None:
        """Create or update areas."""
        all_values = [(row.line, self.run.values(row)) for row in rows]
        codes = [values["code"] for _line, values in all_values]
        stored = {area.code: area for area in Area.objects.filter(code__in=codes)}
        guard = ScopeGuard(self.run, Area, [area.pk for area in stored.values()])
        changes = Changes()
        loaded: list[tuple[int, Area]] = []
        for line, values in all_values:
            try:
                validate_area_code(values["code"], values["level"])
            except ValidationError as error:
                self.run.error(line, "code", error.messages[0], values["code"])
                continue
            area = stored.get(values["code"])
            if guard.refuses(line, "code", area, values["code"]):
                continue
            if area is None:
                area = Area(**values, name_pinyin=searchable_pinyin(values["name"]))
                changes.create(area)
                self.run.loaded(line, is_new=True, changed=True)
            elif changed := assign(area, values):
                if "name" in changed:
                    area.name_pinyin = searchable_pinyin(area.name)
                    changed.append("name_pinyin")
                changes.update(area, *changed)
                self.run.loaded(line, is_new=False, changed=True)
            else:
                self.run.loaded(line, is_new=False, changed=False)
            loaded.append((line, area))
        self.run.write(changes)
        guard.keep_within({area.pk: line for line, area in loaded}, "code")

    def finish(self) -> None:
        """Rebuild the tree."""
        Area.objects.rebuild_tree(by=self.run.by)
