"""The tree is the one of RFC 6962 and RFC 9162: the published vectors of Certificate Transparency, and its laws."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benefits.proof.merkle import (
    EMPTY_ROOT,
    Frontier,
    Tile,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    node_hash,
    root_of,
    tile_root,
    verify_consistency,
    verify_inclusion,
)

ENTRIES = [
    bytes.fromhex(entry)
    for entry in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")
]
LEAVES = [leaf_hash(entry) for entry in ENTRIES]

ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
"""By size, from the empty tree."""

INCLUSION = [
    (0, 1, []),
    (
        0,
        8,
        [
            "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
        ],
    ),
    (
        5,
        8,
        [
            "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
            "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        ],
    ),
    (2, 3, ["fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"]),
    (
        1,
        5,
        [
            "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        ],
    ),
]

CONSISTENCY = [
    (1, 1, []),
    (
        1,
        8,
        [
            "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
        ],
    ),
    (
        6,
        8,
        [
            "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
            "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        ],
    ),
    (
        2,
        5,
        [
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        ],
    ),
]


@pytest.mark.parametrize("size", range(len(ROOTS)))
def test_the_published_roots_are_found(size):
    assert root_of(LEAVES[:size]).hex() == ROOTS[size]


@pytest.mark.parametrize(("index", "size", "path"), INCLUSION)
def test_the_published_inclusion_proofs_are_given_and_accepted(index, size, path):
    proof = inclusion_proof(index, size, ranges(LEAVES))

    assert [hash_.hex() for hash_ in proof] == path
    assert verify_inclusion(LEAVES[index], index, size, proof, bytes.fromhex(ROOTS[size]))


@pytest.mark.parametrize(("first", "second", "path"), CONSISTENCY)
def test_the_published_consistency_proofs_are_given_and_accepted(first, second, path):
    proof = consistency_proof(first, second, ranges(LEAVES))

    assert [hash_.hex() for hash_ in proof] == path
    assert verify_consistency(first, second, bytes.fromhex(ROOTS[first]), bytes.fromhex(ROOTS[second]), proof)


def test_a_tree_of_nothing_has_the_root_of_nothing():
    assert Frontier().root() == EMPTY_ROOT == bytes.fromhex(ROOTS[0])


@given(st.integers(0, 600), st.data())
def test_a_frontier_written_down_and_read_again_grows_to_the_same_root(size, data):
    cut = data.draw(st.integers(0, size))
    frontier = Frontier()
    for leaf in leaves(cut):
        frontier.append(leaf)

    again = Frontier.from_bytes(frontier.size, frontier.to_bytes())
    for leaf in leaves(size)[cut:]:
        again.append(leaf)

    assert again.root() == naive_root(leaves(size))
    assert frontier.root() == naive_root(leaves(cut))


@given(st.integers(1, 70), st.data())
def test_every_leaf_has_a_proof_and_no_other_place_accepts_it(size, data):
    index = data.draw(st.integers(0, size - 1))
    elsewhere = data.draw(st.integers(0, size - 1))
    root = naive_root(leaves(size))

    proof = inclusion_proof(index, size, ranges(leaves(size)))

    assert verify_inclusion(leaves(size)[index], index, size, proof, root)
    assert verify_inclusion(leaves(size)[index], elsewhere, size, proof, root) == (index == elsewhere)
    assert not verify_inclusion(leaves(size)[index], index, size, [*proof, root], root)
    assert not any(
        verify_inclusion(leaves(size)[index], index, size, spoilt, root) for spoilt in each_hash_spoilt(proof)
    )


@given(st.integers(1, 70), st.data())
def test_growth_has_a_proof_and_a_rewritten_past_has_none(second, data):
    first = data.draw(st.integers(1, second))
    old, new = naive_root(leaves(first)), naive_root(leaves(second))

    proof = consistency_proof(first, second, ranges(leaves(second)))

    assert verify_consistency(first, second, old, new, proof)
    assert not verify_consistency(first, second, naive_root(leaves(first, b"other")), new, proof)
    assert not verify_consistency(first, second, old, naive_root(leaves(second, b"other")), proof)
    assert not any(verify_consistency(first, second, old, new, spoilt) for spoilt in each_hash_spoilt(proof))


def test_what_is_out_of_range_is_refused_or_not_accepted():
    with pytest.raises(ValueError, match="has no leaf"):
        inclusion_proof(3, 3, ranges(LEAVES))
    with pytest.raises(ValueError, match="does not grow"):
        consistency_proof(0, 3, ranges(LEAVES))
    assert not verify_inclusion(LEAVES[0], 1, 1, [], LEAVES[0])
    assert not verify_consistency(0, 3, EMPTY_ROOT, bytes.fromhex(ROOTS[3]), [])
    assert not verify_consistency(3, 4, bytes.fromhex(ROOTS[3]), bytes.fromhex(ROOTS[4]), [])
    assert not verify_consistency(3, 4, LEAVES[0], LEAVES[0], [LEAVES[0]])


def test_a_tile_is_given_when_its_last_leaf_arrives():
    frontier = Frontier()

    completed = {size: done for size, leaf in enumerate(leaves(65_536), 1) if (done := frontier.append(leaf))}

    assert set(completed) == set(range(256, 65_537, 256))
    assert completed[512] == [Tile(1, 1, naive_root(leaves(512)[256:]))]
    assert completed[65_536][1] == Tile(2, 0, frontier.root())
    assert [tile.width for tile in completed[65_536]] == [256, 65_536]


def test_a_frontier_is_grown_from_subtrees_where_they_fit():
    frontier = Frontier()
    frontier.append_subtree(tile_root(leaves(256)), 8)
    for leaf in leaves(300)[256:]:
        frontier.append(leaf)

    assert frontier.root() == naive_root(leaves(300))
    with pytest.raises(ValueError, match="cannot stand after 300"):
        frontier.append_subtree(LEAVES[0], 8)


def test_a_frontier_of_another_size_is_refused():
    with pytest.raises(ValueError, match="a tree of 3 leaves has 2 peaks"):
        Frontier.from_bytes(3, LEAVES[0])


def leaves(size, salt=b""):
    """Return different leaf hashes, the same ones each time."""
    return [leaf_hash(salt + str(index).encode()) for index in range(size)]


def naive_root(hashes):
    """Return the root as RFC 6962 defines it, word for word."""
    if not hashes:
        return EMPTY_ROOT
    if len(hashes) == 1:
        return hashes[0]
    split = 1
    while split * 2 < len(hashes):
        split *= 2
    return node_hash(naive_root(hashes[:split]), naive_root(hashes[split:]))


def ranges(hashes):
    return lambda start, stop: naive_root(hashes[start:stop])


def each_hash_spoilt(proof):
    """Return the proof once for each of its hashes, with that one changed."""
    return [[*proof[:at], leaf_hash(proof[at]), *proof[at + 1 :]] for at in range(len(proof))]
