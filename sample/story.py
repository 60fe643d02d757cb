"""The whole story in its order: what stands on the report day, and what came after."""

from random import Random

from sample import (
    above_scale,
    apart,
    deeds,
    electing,
    endings,
    founding,
    growth,
    honours,
    later,
    others,
    rising,
    rosters,
    steps,
    transferring,
)
from sample.areas import draw_districts
from sample.makers import Makers, Standing, makers_for
from sample.world import World

SEED = "330304 on 2008-06-19"


def tell() -> World:
    """The sample register, not yet saved; always the same."""
    world = World(draw_districts())
    makers = makers_for(world, Random(SEED))  # noqa: S311 - nothing secret
    standing = _until_the_report(makers)
    _since_the_report(makers, standing)
    world.number()
    return world


def _until_the_report(makers: Makers) -> Standing:
    days = founding.Days(makers)
    founding.found_community_branches(makers)
    joints = founding.found_joint(makers, days.joint)
    owns = founding.found_own(makers, days, joints)
    founding.incubate(makers, owns, joints)
    founding.dissolve_some(makers, owns)
    rosters.fill(makers, owns)
    rosters.fill_joint(makers, joints)
    standing = Standing(
        owns,
        joints,
        others.instruct(makers),
        others.open_in_communities(makers),
        others.open_elsewhere(makers),
    )
    others.open_the_rest(makers)
    return standing


def _since_the_report(makers: Makers, standing: Standing) -> None:
    listed = above_scale.choose(makers, standing)
    honours.award(makers, standing)
    honours.subordinate(makers, standing)
    honours.tell_practices(makers)
    later.move_some(makers, standing)

    in_communities, elsewhere = list(standing.in_communities), list(standing.elsewhere)
    young, without_members = later.register_later(makers)
    young += later.form_in_communities(makers, in_communities)
    young += later.form_elsewhere(makers, elsewhere)
    endings.choose_closing(makers, young)
    young += later.form_where_instructed(makers, standing.instructed)
    joined = later.form_jointly(makers, elsewhere)
    endings.dissolve_joint(makers, standing, joined)
    endings.leave_one_alone(makers, standing, joined)
    young += later.part_from_joints(makers, standing.joints)
    endings.close_without_members(makers, in_communities + elsewhere)

    owns = standing.owns + young
    growth.admit(makers, owns)
    moved = growth.transfer_some(makers, standing)
    growth.end_some(makers, owns)
    endings.close_chosen(makers, standing, owns)
    for firm in makers.world.firms:
        makers.instructors.relieve(firm)
    rising.rise(owns)
    above_scale.list_yearly(makers, standing, listed, [own.firm for own in young] + without_members)
    lasting = [own for own in owns if own.closes_on is None and not own.named]
    growth.let_apply(makers, [own.firm for own in lasting])

    # What is on record beside the figures; it takes its turn of the lot last, and changes none of them before.
    apart.keep_apart(makers, lasting)
    apart.restore_one(makers, lasting)
    transferring.receive_moved(makers, moved)
    transferring.transfer(makers, lasting)
    steps.record_steps(makers)
    electing.elect(makers, [own.unit for own in owns if own.named])
    deeds.keep_deeds(makers.world)
