"""Is every attack on accounts, sessions, roles, exports and privacy in our list named by a test, on both engines?"""

from __future__ import annotations

from typing import Final

from django.urls import URLPattern, URLResolver, get_resolver

from tests.abuse.cases import cases, proofs

# The families whose every row is named by a test; of the others, the rows of PROVEN_BESIDES are.
FAMILIES: Final = frozenset(
    {
        "Authentication & session",
        "Authorisation (IDOR, fields, tenants)",
        "Injection and protocol abuse",
        "Certificates, analytics, privacy",
    }
)
EXPORTS: Final = frozenset({84})  # a row about files that we give
# What does not exist cannot be attacked: row -> the word that an address of it would hold.
NOT_BUILT: Final = {13: "oidc", 14: "saml", 15: "cas", 26: "forum", 27: "forum"}
# Rows of other families that some test names; a test that names one more adds it here.
PROVEN_BESIDES: Final = frozenset({54, 64, 103})


def words_of_addresses(patterns: list[URLPattern | URLResolver], before: str = "") -> set[str]:
    found: set[str] = set()
    for one in patterns:
        address = before + str(one.pattern)
        found |= words_of_addresses(one.url_patterns, address) if isinstance(one, URLResolver) else {address}
    return {word for address in found for word in address.split("/")}


def test_every_row_of_these_families_is_named_by_a_test() -> None:
    named = {proof.row for proof in proofs()}
    asked = {one.number for one in cases() if one.family in FAMILIES} | EXPORTS
    missing = sorted(asked - named - set(NOT_BUILT))
    assert not missing, f"rows that no test names with @pytest.mark.attack(ROW): {missing}"


def test_what_is_said_not_to_be_built_has_no_address_and_no_test() -> None:
    there = words_of_addresses(get_resolver().url_patterns)
    assert not {row for row, word in NOT_BUILT.items() if word in there}
    assert not set(NOT_BUILT) & {proof.row for proof in proofs()}


def test_every_named_row_is_in_the_list_and_counted() -> None:
    named = {proof.row for proof in proofs()}
    of_others = {one.number for one in cases() if one.family not in FAMILIES} - EXPORTS
    assert not named - {one.number for one in cases()}
    assert named & of_others == PROVEN_BESIDES


def test_every_named_row_is_proven_on_both_engines() -> None:
    named, on_both = {proof.row for proof in proofs()}, {proof.row for proof in proofs() if proof.on_both}
    assert named == on_both
