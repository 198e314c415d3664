"""The Merkle tree of RFC 6962 and RFC 9162: roots, proofs, and checking them.

Leaf `i` of the tree is the event at position `i + 1`.
"""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, Final, NamedTuple, Self

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    RangeRoot = Callable[[int, int], bytes]
    """Returns the root over the leaves from `start` up to and without `stop`."""

HASH_SIZE: Final = 32
TILE_HEIGHT: Final = 8
TILE_WIDTH: Final = 1 << TILE_HEIGHT
EMPTY_ROOT: Final = sha256(b"").digest()


def leaf_hash(entry: bytes) -> bytes:
    """Return the hash of a leaf."""
    return sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash of a node over its two children."""
    return sha256(b"\x01" + left + right).digest()


class Tile(NamedTuple):
    """The root of a complete subtree of `256 ** level` leaves, the `index`-th of its level from 0."""

    level: int
    index: int  # type: ignore[assignment]  # Not tuple's method, which nobody calls here.
    hash: bytes

    @property
    def width(self) -> int:
        """How many leaves it covers."""
        return 1 << (TILE_HEIGHT * self.level)


class Frontier:
    """The roots of the perfect subtrees of a growing tree: all that appending and the root need.

    There is one root for each bit set in the size, so a tree of a million leaves keeps at most twenty.
    """

    __slots__ = ("_peaks", "_size")

    def __init__(self) -> None:
        self._size = 0
        self._peaks: list[bytes] = []

    @classmethod
    def from_bytes(cls, size: int, data: bytes) -> Self:
        """Return the frontier that `to_bytes` wrote.

        Raises:
            ValueError: If there is not one hash for each perfect subtree of a tree of that size.
        """
        if size < 0 or len(data) != HASH_SIZE * size.bit_count():
            msg = f"a tree of {size} leaves has {size.bit_count()} peaks of {HASH_SIZE} bytes, not {len(data)} bytes"
            raise ValueError(msg)
        frontier = cls()
        frontier._size = size
        frontier._peaks = [data[at : at + HASH_SIZE] for at in range(0, len(data), HASH_SIZE)]
        return frontier

    def to_bytes(self) -> bytes:
        """Return the roots of the perfect subtrees, largest first, one after the other."""
        return b"".join(self._peaks)

    @property
    def size(self) -> int:
        """How many leaves there are."""
        return self._size

    def append(self, leaf: bytes) -> list[Tile]:
        """Add a leaf hash, and return the tiles that it completes, lowest first: nearly always none."""
        return self.append_subtree(leaf, height=0)

    def append_subtree(self, root: bytes, height: int) -> list[Tile]:
        """Add a perfect subtree of `2 ** height` leaves, and return the tiles above it that it completes.

        Raises:
            ValueError: If the tree's size is not a multiple of the subtree's.
        """
        if self._size & ((1 << height) - 1):
            msg = f"a subtree of height {height} cannot stand after {self._size} leaves"
            raise ValueError(msg)
        completed: list[Tile] = []
        peaks = self._peaks
        index = self._size >> height
        self._size += 1 << height
        while index & 1:
            root = node_hash(peaks.pop(), root)
            index >>= 1
            height += 1
            if height % TILE_HEIGHT == 0:
                completed.append(Tile(height // TILE_HEIGHT, index, root))
        peaks.append(root)
        return completed

    def root(self) -> bytes:
        """Return the hash of the whole tree."""
        if not self._peaks:
            return EMPTY_ROOT
        *larger, root = self._peaks
        for peak in reversed(larger):
            root = node_hash(peak, root)
        return root

    def copy(self) -> Frontier:
        """Return a frontier that grows apart from this one."""
        return Frontier.from_bytes(self._size, self.to_bytes())


def root_of(leaves: Iterable[bytes]) -> bytes:
    """Return the root over leaf hashes."""
    frontier = Frontier()
    for leaf in leaves:
        frontier.append(leaf)
    return frontier.root()


def tile_root(leaves: Sequence[bytes]) -> bytes:
    """Return the root over leaf hashes whose number is a power of two; quicker than growing a tree."""
    row = list(leaves)
    while len(row) > 1:
        row = [sha256(b"\x01" + left + right).digest() for left, right in zip(row[::2], row[1::2], strict=True)]
    return row[0]


def inclusion_proof(index: int, size: int, root_of_range: RangeRoot) -> list[bytes]:
    """Return the hashes that show leaf `index`, from 0, to be in the tree of `size` leaves (RFC 9162, 2.1.3.1).

    Args:
        index: Which leaf.
        size: How many leaves the tree has.
        root_of_range: Asked for subtrees that the RFC splits the tree into.

    Raises:
        ValueError: If the tree has no such leaf.
    """
    if not 0 <= index < size:
        msg = f"a tree of {size} leaves has no leaf {index}"
        raise ValueError(msg)
    proof: list[bytes] = []
    start, stop = 0, size
    while stop - start > 1:
        middle = start + _split(stop - start)
        if index < middle:
            proof.append(root_of_range(middle, stop))
            stop = middle
        else:
            proof.append(root_of_range(start, middle))
            start = middle
    return proof[::-1]


def consistency_proof(first: int, second: int, root_of_range: RangeRoot) -> list[bytes]:
    """Return the hashes that show the tree of `first` leaves to begin that of `second` (RFC 9162, 2.1.4.1).

    Raises:
        ValueError: If there is nothing to show: the first tree is empty or the larger one.
    """
    if not 0 < first <= second:
        msg = f"a tree of {second} leaves does not grow from one of {first}"
        raise ValueError(msg)
    proof: list[bytes] = []
    start, stop, known = 0, second, True
    while first != stop:
        middle = start + _split(stop - start)
        if first <= middle:
            proof.append(root_of_range(middle, stop))
            stop = middle
        else:
            proof.append(root_of_range(start, middle))
            start, known = middle, False
    if not known:
        proof.append(root_of_range(start, stop))
    return proof[::-1]


def verify_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> bool:
    """Return whether a proof shows a leaf hash at `index`, from 0, under a root (RFC 9162, 2.1.3.2)."""
    if not 0 <= index < size:
        return False
    node, last, hash_ = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            return False
        if node & 1 or node == last:
            hash_ = node_hash(sibling, hash_)
            while node and not node & 1:
                node >>= 1
                last >>= 1
        else:
            hash_ = node_hash(hash_, sibling)
        node >>= 1
        last >>= 1
    return last == 0 and hash_ == root


def verify_consistency(first: int, second: int, first_root: bytes, second_root: bytes, proof: Sequence[bytes]) -> bool:
    """Return whether a proof shows that the second tree grew from the first (RFC 9162, 2.1.4.2)."""
    if first == second:
        return not proof and first_root == second_root
    if not 0 < first < second:
        return False
    hashes = [first_root, *proof] if first & (first - 1) == 0 else list(proof)
    if not hashes:
        return False
    node, last = first - 1, second - 1
    while node & 1:
        node >>= 1
        last >>= 1
    old = new = hashes[0]
    for hash_ in hashes[1:]:
        if last == 0:
            return False
        if node & 1 or node == last:
            old, new = node_hash(hash_, old), node_hash(hash_, new)
            while node and not node & 1:
                node >>= 1
                last >>= 1
        else:
            new = node_hash(new, hash_)
        node >>= 1
        last >>= 1
    return last == 0 and old == first_root and new == second_root


def _split(size: int) -> int:
    """Return the largest power of two smaller than the size."""
    return 1 << ((size - 1).bit_length() - 1)
