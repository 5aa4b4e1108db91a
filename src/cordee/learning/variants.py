"""Which variant of an activity does this learner have?"""

from __future__ import annotations

import hashlib

from cordee.courses.kinds import Rules

SEED_BYTES = 6


def variant_seed(enrolment_seed: int, activity: str, variant: int = 1) -> int:
    """The seed of one activity for one learner: as secret as the enrolment's own, different from activity to
    activity, and from variant to variant of one.
    """
    named = f"{enrolment_seed}|{activity}" if variant == 1 else f"{enrolment_seed}|{activity}|{variant}"
    digest = hashlib.sha256(named.encode()).digest()
    return int.from_bytes(digest[:SEED_BYTES], "big")


def next_seed(
    *, enrolment_seed: int, activity: str, rules: Rules, attempts: int, last_seed: int | None, asks_new: bool
) -> int:
    """The seed of the next attempt, `attempts` having been handed in, the last one with `last_seed`.

    A new variant comes with every attempt (`new_variant` "always"), with those before which the learner asks for one
    ("on_reset"), or never. The number of the attempt is its variant's, so nothing is kept but the seed of each answer.
    """
    changes = rules.new_variant == "always" or (rules.new_variant == "on_reset" and asks_new)
    if attempts and changes:
        return variant_seed(enrolment_seed, activity, attempts + 1)
    if attempts and rules.new_variant == "on_reset" and last_seed is not None:
        return last_seed
    return variant_seed(enrolment_seed, activity)
