"""What is hashed for an event is frozen: these bytes are the promise."""

from __future__ import annotations

from datetime import date
from hashlib import sha256
from typing import Any
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from benefits.proof.entry import commitment, entry
from benefits.proof.merkle import leaf_hash

SALT = bytes(range(16))
BODY = b'{"amount":"3350.50","period":"2026-03"}'
STREAM = UUID("0f8fad5b-d9cb-469f-a165-70867728950e")

COMMITMENT = "eddf72eb6c33717e8382f53a9e777e01728af6d15ac56e00a3cb6056c3a30d57"
ENTRY = (
    b"\x00\x00\x00\x011"
    b"\x00\x00\x00\x0242"
    b"\x00\x00\x00\x101775044800000000"
    b"\x00\x00\x00\x0a2026-03-31"
    b"\x00\x00\x00\x200f8fad5bd9cb469fa16570867728950e"
    b"\x00\x00\x00\x017"
    b"\x00\x00\x00\x0esaving-claimed"
    b"\x00\x00\x00\x011"
    b"\x00\x00\x00\x07OWNER-1"
    b"\x00\x00\x00\x05Si\xc3\xa2n"
    b"\x00\x00\x00\x08S001-014"
    b"\x00\x00\x00\x20"
)
LEAF = "454b4d813e3006acd10a7314d2bf9f83fa973ac31cbbe9d352f4892d62e5755f"

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)


def an_entry(**changed):
    fields: dict[str, Any] = {
        "position": 42,
        "recorded_at": 1_775_044_800_000_000,
        "effective_on": date(2026, 3, 31),
        "originator_id": STREAM,
        "originator_version": 7,
        "type": "saving-claimed",
        "schema_version": 1,
        "actor": "OWNER-1",
        "account": "Siân",
        "command_id": "S001-014",
        "body_commitment": commitment(SALT, BODY),
    }
    return entry(**fields | changed)


def test_the_commitment_is_frozen():
    assert commitment(SALT, BODY).hex() == COMMITMENT
    assert commitment(SALT, BODY) == sha256(b"benefits-realisation/body/v1\x00" + SALT + BODY).digest()


def test_the_entry_is_frozen():
    assert an_entry() == ENTRY + bytes.fromhex(COMMITMENT)
    assert leaf_hash(an_entry()).hex() == LEAF


def test_a_date_and_a_stream_may_be_given_as_they_are_stored():
    assert an_entry(effective_on="2026-03-31", originator_id="0f8fad5bd9cb469fa16570867728950e") == an_entry()


def test_every_field_counts():
    changed = {
        "position": 43,
        "recorded_at": 0,
        "effective_on": date(2026, 4, 1),
        "originator_id": UUID(int=0),
        "originator_version": 8,
        "type": "saving-verified",
        "schema_version": 2,
        "actor": "",
        "account": "Sian",
        "command_id": "S001-015",
        "body_commitment": commitment(SALT, b"{}"),
    }

    assert len({an_entry(), *(an_entry(**{name: value}) for name, value in changed.items())}) == len(changed) + 1


@given(st.tuples(texts, texts, texts), st.tuples(texts, texts, texts))
def test_no_two_ways_of_cutting_the_words_give_the_same_bytes(one, other):
    first, second = (
        an_entry(actor=actor, account=account, command_id=command) for actor, account, command in (one, other)
    )

    assert (first == second) == (one == other)
