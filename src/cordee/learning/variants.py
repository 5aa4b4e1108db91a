"""Which variant of an activity does this learner have?"""

from __future__ import annotations

import hashlib

SEED_BYTES = 6


def variant_seed(enrolment_seed: int, activity: str) -> int:
    """The seed of one activity for one learner: as secret as the enrolment's own, different from activity to
    activity.
    """
    digest = hashlib.sha256(f"{enrolment_seed}|{activity}".encode()).digest()
    return int.from_bytes(digest[:SEED_BYTES], "big")
