"""The import of members, with their employer and organizational relation."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from members.actions.posts import posts_outside_relations
from members.identity_numbers import has_known_county
from members.models import STAGE_DAYS, Member, Membership, Post, Standing
from orgs.actions.timelines import UNSAID, DoesNotFit, by_owner, fitted_end, holds, overlapping, place
from orgs.batches import in_batches
from orgs.models import Coverage, Enterprise, Organization
from orgs.periods import overlap_message
from orgs.pinyin import searchable_pinyin
from sheets.changing import assign, field_values
from sheets.columns import CreditCode, Day, IdentityNumber, choice, text
from sheets.references import Owner, enterprises, no_enterprise, no_organization, organizations
from sheets.resources.identity_numbers import check_numbers
from sheets.run import Resource, Row
from sheets.scoping import ScopeGuard
from sheets.stored import Latest
from sheets.writing import Changes

SEXES = {"male": "男", "female": "女"}
END_REASONS = {
    "death": "死亡",
    "resignation": "退党",
    "removed": "除名",
    "expelled": "开除",
    "lapsed": "自行脱党",
}
_RELATION = {"organization": "organization__code", "relation_from": "valid_from", "relation_to": "valid_to"}


class Members(Resource):
    """Members by their number."""

    name = "members"
    columns = (
        text("member_no", "党员编号", Member, key=True),
        text("name", "姓名", Member, required=True, personal=True),
        choice("sex", "性别", SEXES),
        Day(name="birth_date", chinese="出生日期", personal=True, withheld=True),
        IdentityNumber(name="id_number", chinese="身份证号", personal=True, withheld=True),
        text("phone", "手机", Member, personal=True, withheld=True),
        CreditCode(name="enterprise", chinese="统一社会信用代码"),
        text("organization", "组织代码", Organization, "code"),
        Day(name="relation_from", chinese="关系转入日期"),
        Day(name="relation_to", chinese="关系转出日期"),
        Day(name="applied_on", chinese="申请日期"),
        Day(name="activist_on", chinese="积极分子日期"),
        Day(name="candidate_on", chinese="发展对象日期"),
        Day(name="probationary_on", chinese="预备党员日期"),
        Day(name="full_on", chinese="转正日期"),
        Day(name="ended_on", chinese="党籍终止日期"),
        choice("ended_reason", "终止原因", END_REASONS),
    )
    model = Member
    sources = {"enterprise": "employer__uscc"}
    histories = (Latest(Membership, "member", _RELATION),)

    def start(self, rows: Sequence[Row]) -> None:
        """Refuse identity numbers that two members would have."""
        self.numbers = check_numbers(self.run, rows)

    def load(self, rows: Sequence[Row]) -> None:
        """Create or update members."""
        run = self.run
        all_values = [(row.line, run.values(row)) for row in rows]
        numbers = [values["member_no"] for _line, values in all_values]
        # Locked in the order in which actions lock: organizations, enterprises, members.
        self.organizations = organizations(run, _said(all_values, "organization"))
        self.employers = enterprises(run, _said(all_values, "enterprise"))
        stored = {
            member.member_no: member
            for member in Member.objects.filter(member_no__in=numbers).order_by("pk").select_for_update()
        }
        self.ends = {owner.pk: owner.ends for owner in self.organizations.values()}
        owners = [member.pk for member in stored.values()]
        self.relations = by_owner(Membership.objects.filter(member__in=owners), "member_id")
        self._learn_ends()
        self.standings = self._standings(owners)
        guard = ScopeGuard(run, Member, owners)
        changes = Changes()
        loaded: list[tuple[int, Member, list[Membership]]] = []
        changed: dict[int, int] = {}
        for line, values in all_values:
            member = stored.get(values["member_no"])
            if guard.refuses(line, "member_no", member, values["member_no"]):
                continue
            before = run.errors.count
            row_changes = Changes()
            created = member is None
            member = self._member(line, member, values, row_changes)
            relations = self.relations.get(member.pk, []) if member.pk else []
            self._relation(line, member, values, relations, row_changes)
            if run.errors.count == before and line not in self.numbers.refused:
                changes.add(row_changes)
                run.loaded(line, is_new=created, changed=bool(row_changes))
                loaded.append((line, member, relations))
                if row_changes and not created:
                    changed[member.pk] = line
        run.write(changes)
        guard.keep_within({member.pk: line for line, member, _relations in loaded}, "organization")
        self._end_posts(changed)
        self._warn_of_employers(loaded)

    def _standings(self, owners: Sequence[int]) -> dict[int, list[Standing]]:
        """What keeps the members with the keys `owners` apart, where the file ends memberships."""
        found: dict[int, list[Standing]] = {}
        if "ended_on" in self.run.headers:
            for row in Standing.objects.filter(member__in=owners).select_for_update().order_by("pk"):
                found.setdefault(row.member_id, []).append(row)
        return found

    def _learn_ends(self) -> None:
        """When the organizations end that stored relations are with."""
        others = {relation.organization_id for held in self.relations.values() for relation in held}
        for batch in in_batches(others - self.ends.keys()):
            ends = Organization.objects.filter(pk__in=batch).values_list("pk", "dissolved_on")
            self.ends.update(dict(ends))

    def _member(
        self, line: int, member: Member | None, values: Mapping[str, Any], changes: Changes
    ) -> Member:
        fields = field_values(Member, values)
        if "enterprise" in values:
            held = member.employer_id if member is not None else None
            fields["employer_id"] = self._reference(line, "enterprise", values, self.employers, held)
        if member is None:
            member = Member(**fields, name_pinyin=searchable_pinyin(fields["name"], person=True))
            changes.create(member)
        else:
            changed = assign(member, fields)
            if "ended_on" in changed:
                self._end_with_membership(line, member, changes)
            if member.member_no in self.numbers.moved:
                changed.append("id_number")
            if "name" in changed:
                member.name_pinyin = searchable_pinyin(member.name, person=True)
                changed.append("name_pinyin")
            if changed:
                changes.update(member, *(name.removesuffix("_id") for name in changed))
        if member.ended_reason and member.ended_on is None:
            message = _("a reason of the end needs the day of the end")
            self.run.error(line, "ended_reason", message, member.ended_reason)
        self._warn_of_stages(line, member)
        if values.get("id_number") and not has_known_county(values["id_number"]):
            self.run.warn(line, "id_number", _("the county code of the identity number is unknown"))
        return member

    def _end_with_membership(self, line: int, member: Member, changes: Changes) -> None:
        """End the open standing of `member` on the new day of the end."""
        ended_on = member.ended_on
        if ended_on is None:
            return
        for row in self.standings.get(member.pk, []):
            if row.valid_from >= ended_on or (row.valid_to is not None and row.valid_to > ended_on):
                message = _("%(what)s from %(day)s lasts longer than that day")
                words = {"what": row._meta.verbose_name, "day": row.valid_from}
                self.run.error(line, "ended_on", message % words, ended_on)
            elif row.valid_to is None:
                row.valid_to = ended_on
                changes.update(row, "valid_to")

    def _reference(
        self,
        line: int,
        name: str,
        values: Mapping[str, Any],
        known: Mapping[str, Owner],
        held: int | None,
    ) -> int | None:
        """The id of what the row refers to, which the user sees or the register holds; None for none or an error."""
        code = values[name]
        if code is None:
            return None
        if code not in known or (known[code].hidden and known[code].pk != held):
            message = no_enterprise() if name == "enterprise" else no_organization()
            self.run.error(line, name, message, code)
            return None
        return known[code].pk

    def _relation(
        self,
        line: int,
        member: Member,
        values: Mapping[str, Any],
        relations: list[Membership],
        changes: Changes,
    ) -> None:
        """Put the relation of the row among those stored."""
        run = self.run
        first, end = values.get("relation_from"), values.get("relation_to", UNSAID)
        named = next((relation for relation in relations if relation.valid_from == first), None)
        organization = None
        if values.get("organization") is not None:
            held = named.organization_id if named is not None else None
            organization = self._reference(line, "organization", values, self.organizations, held)
        if first is None:
            if values.get("organization") is not None or end not in (None, UNSAID):
                run.error(line, "relation_from", _("a relation needs its first day"))
            return
        if values.get("organization") is None and (named is None or "organization" in values):
            run.error(line, "organization", _("a relation needs its organization"))
            return
        if organization is None:
            if named is None or values.get("organization") is not None:
                return  # it does not exist, which is reported
            organization = named.organization_id
        if end is UNSAID:
            end = named.valid_to if named else None
        try:
            end = fitted_end(first, end, self.ends[organization])
        except DoesNotFit as error:
            run.error(line, "relation_to" if error.at_end else "relation_from", str(error), error.day)
            return
        if named is None:
            relation = Membership(member=member, organization_id=organization, valid_from=first, valid_to=end)
            place(relations, relation, lambda held: self.ends[held.organization_id], changes)
        elif changed := assign(named, {"organization_id": organization, "valid_to": end}):
            changes.update(named, *(name.removesuffix("_id") for name in changed))
        if any(True for _pair in overlapping(relations)):
            run.error(line, "relation_from", overlap_message(), first)

    def _end_posts(self, lines: Mapping[int, int]) -> None:
        """End the posts that outlast what the rows say; `lines` gives the lines by the member's id."""
        outlasting, without = posts_outside_relations(Post.objects.filter(member__in=lines))
        changes = Changes()
        for post in outlasting:
            changes.update(post, "valid_to")
        for post in without:
            message = _("a post begins on a day without relation to its organization")
            self.run.error(lines[post.member_id], "relation_from", message, post.valid_from)
        self.run.write(changes)

    def _warn_of_stages(self, line: int, member: Member) -> None:
        missing = member.missing_stages()
        if missing:
            latest = next(name for name in reversed(STAGE_DAYS) if getattr(member, name) is not None)
            names = ", ".join(self.run.headers.get(name, name) for name in missing)
            self.run.warn(line, latest, _("earlier stages are missing: %(names)s") % {"names": names})

    def _warn_of_employers(self, loaded: Sequence[tuple[int, Member, list[Membership]]]) -> None:
        """Warn of employers that are closed, or not covered by the member's organization, on the day."""
        day = self.run.day
        employed = {member.employer_id for _line, member, _relations in loaded if member.employer_id}
        found = Enterprise.objects.filter(pk__in=employed).values_list("pk", "uscc", "closed_on")
        known = {pk: (code, closed_on) for pk, code, closed_on in found}
        covered = set(
            Coverage.objects.on(day)
            .filter(enterprise__in=employed)
            .values_list("organization_id", "enterprise_id")
        )
        for line, member, relations in loaded:
            if member.employer_id is None:
                continue
            code, closed_on = known[member.employer_id]
            if closed_on is not None and closed_on <= day:
                self.run.warn(line, "enterprise", _("the employer is closed"), code)
                continue
            current = next((relation for relation in relations if holds(relation, day)), None)
            if current is not None and (current.organization_id, member.employer_id) not in covered:
                message = _("the employer is not covered by the member's organization")
                self.run.warn(line, "enterprise", message, code)


def _said(all_values: Sequence[tuple[int, Mapping[str, Any]]], name: str) -> set[str]:
    return {values[name] for _line, values in all_values if values.get(name) is not None}
