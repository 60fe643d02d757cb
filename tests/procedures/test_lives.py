"""Random lives: after every action nobody counts twice, figures reconcile, and what was refused changed nothing."""

import os
from random import Random

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, OperationalError, transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule, run_state_machine_as_test

from orgs.actions.refusals import Refusal
from tests.factories.turns import at_once
from tests.procedures.lives import ACTS, Lives, NotPossible

STEPS = int(os.environ.get("LIFE_STEPS", "300"))
"""Actions that are tried in all; `make soak` tries 5,000."""
STEPS_OF_A_LIFE = 25
ROUNDS = max(STEPS // 30, 8)
"""Rounds in which two act at once."""

NAMES = sorted(Lives.deeds(None, None))


class Machine(RuleBasedStateMachine):
    """Lives in a transaction that is taken back."""

    def __init__(self):
        super().__init__()
        self.transaction = transaction.atomic()
        self.transaction.__enter__()
        self.lives = Lives()

    @rule(
        name=st.sampled_from(NAMES),
        on=st.sampled_from(ACTS),
        numbers=st.lists(st.integers(0, 60), min_size=20, max_size=20),
    )
    def act(self, name, on, numbers):
        if self.lives.act(name, on, numbers):
            self.lives.check()

    def teardown(self):
        transaction.set_rollback(True)
        self.transaction.__exit__(None, None, None)


@pytest.mark.django_db
def test_random_lives_keep_every_figure_right():
    run_state_machine_as_test(
        Machine,
        settings=settings(
            max_examples=max(STEPS // STEPS_OF_A_LIFE, 1), stateful_step_count=STEPS_OF_A_LIFE, deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )  # fmt: skip


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("seed", range(2))
def test_two_at_once_keep_every_figure_right(seed):
    random = Random(seed)
    lives = Lives()
    for _round in range(ROUNDS):
        # As they would be typed: operands are chosen before either is done.
        pair = [deed(random) for _side in range(2)]
        at_once(*pair)
        lives.check()


def deed(random):
    """One action with its operands, of a register of its own view; a refusal is an answer, too."""
    name, on = random.choice(NAMES), random.choice(ACTS)
    numbers = [random.randrange(60) for _number in range(20)]
    made = random.randrange(10**6, 10**8)

    def act():
        lives = Lives.__new__(Lives)
        lives.made, lives.numbers = made, iter(numbers)
        try:
            with transaction.atomic():
                lives.deeds(on)[name]()
        except (Refusal, ValidationError, NotPossible, IntegrityError, OperationalError):
            return False
        return True

    return act
