import json
import subprocess
import sys
from hashlib import sha256
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from abci_app.store.proof import (
    Existence,
    encode_absence,
    encode_membership,
    verify_absence,
    verify_membership,
)
from tests.store.reference import naive_root, naive_steps, tree_keys, tree_values

VECTORS = sorted((Path(__file__).parents[1] / "vectors" / "ics23-smt").glob("*.json"))
STATE = {b"\x01%d" % number: b"value %d" % number for number in range(50)}
ROOT = naive_root(STATE)
IN_ORDER = sorted(STATE, key=lambda key: sha256(key).digest())


def existence(key: bytes) -> Existence:
    return Existence(key, STATE[key], naive_steps(STATE, key))


def absent_between(left: bytes | None, right: bytes | None) -> bytes:
    """Find a key whose hash falls into a gap."""
    for number in range(1_000_000):
        key = b"\x02%d" % number
        above = left is None or sha256(left).digest() < sha256(key).digest()
        if above and (right is None or sha256(key).digest() < sha256(right).digest()):
            return key
    raise AssertionError("no key falls into this gap")


def absence(key: bytes, left: bytes | None, right: bytes | None) -> bytes:
    return encode_absence(
        sha256(key).digest(),
        None if left is None else existence(left),
        None if right is None else existence(right),
    )


def verified(vector: dict[str, str], proof: bytes) -> bool:
    root, key, value = (bytes.fromhex(vector[name]) for name in ("root", "key", "value"))
    return verify_membership(root, key, value, proof) if value else verify_absence(root, key, proof)


@pytest.mark.parametrize("path", VECTORS, ids=lambda path: path.stem)
def test_a_proof_from_outside_is_accepted_and_every_one_bit_change_of_it_refused(
    path: Path,
) -> None:
    vector = json.loads(path.read_text())
    proof = bytes.fromhex(vector["proof"])
    assert verified(vector, proof)
    for at in range(len(proof)):
        for bit in range(8):
            changed = proof[:at] + bytes((proof[at] ^ 1 << bit,)) + proof[at + 1 :]
            assert not verified(vector, changed), f"byte {at}, bit {bit}"


@pytest.mark.parametrize("path", VECTORS, ids=lambda path: path.stem)
def test_a_proof_from_outside_shows_nothing_else(path: Path) -> None:
    vector = json.loads(path.read_text())
    proof = bytes.fromhex(vector["proof"])
    for name in ("root", "key", "value"):
        content = bytes.fromhex(vector[name])
        for at in range(len(content)):
            other = content[:at] + bytes((content[at] ^ 1,)) + content[at + 1 :]
            assert not verified(vector | {name: other.hex()}, proof)
    assert not verified(vector | {"value": "" if vector["value"] else "00"}, proof)


@pytest.mark.parametrize("path", VECTORS, ids=lambda path: path.stem)
def test_a_proof_cut_short_or_with_something_behind_it_is_refused(path: Path) -> None:
    vector = json.loads(path.read_text())
    proof = bytes.fromhex(vector["proof"])
    for length in range(len(proof)):
        assert not verified(vector, proof[:length])
    for behind in (b"\x00", b"\x0a\x00", b"\x12\x00", b"\x1a\x00", b"\x22\x00", proof):
        assert not verified(vector, proof + behind)
        assert not verified(vector, behind + proof)


def test_there_are_six_proofs_from_outside() -> None:
    assert len(VECTORS) == 6


def test_every_present_key_is_proven_and_no_absence_of_it() -> None:
    for at, key in enumerate(IN_ORDER):
        proof = encode_membership(existence(key))
        assert verify_membership(ROOT, key, STATE[key], proof)
        assert not verify_membership(ROOT, key, STATE[key] + b"0", proof)
        assert not verify_absence(ROOT, key, proof)
        left = IN_ORDER[at - 1] if at else None
        right = IN_ORDER[at + 1] if at + 1 < len(IN_ORDER) else None
        for around in ((left, right), (left, key), (key, right), (None, right), (left, None)):
            assert not verify_absence(ROOT, key, absence(key, *around))


def test_absence_needs_the_two_neighbours_and_no_others() -> None:
    for at in range(len(IN_ORDER) - 1):
        left, right = IN_ORDER[at], IN_ORDER[at + 1]
        key = absent_between(left, right)
        assert verify_absence(ROOT, key, absence(key, left, right))
        assert not verify_absence(ROOT, key, absence(key, right, left))
        assert not verify_absence(ROOT, key, absence(key, left, None))
        assert not verify_absence(ROOT, key, absence(key, None, right))
        assert not verify_absence(ROOT, key, absence(key, left, left))
        for further in (IN_ORDER[max(at - 1, 0)], IN_ORDER[at - 5]):
            if further != left:
                assert not verify_absence(ROOT, key, absence(key, further, right))
        for further in IN_ORDER[at + 2 : at + 5]:
            assert not verify_absence(ROOT, key, absence(key, left, further))


def test_absence_at_an_edge_needs_the_outermost_leaf() -> None:
    first, last = IN_ORDER[0], IN_ORDER[-1]
    below, above = absent_between(None, first), absent_between(last, None)
    assert verify_absence(ROOT, below, absence(below, None, first))
    assert verify_absence(ROOT, above, absence(above, last, None))
    assert not verify_absence(ROOT, below, absence(below, None, IN_ORDER[1]))
    assert not verify_absence(ROOT, above, absence(above, IN_ORDER[-2], None))
    assert not verify_absence(ROOT, below, absence(below, None, None))
    assert not verify_absence(ROOT, above, absence(above, None, None))


def test_a_neighbour_with_another_value_proves_no_absence() -> None:
    left, right = IN_ORDER[7], IN_ORDER[8]
    key = absent_between(left, right)
    forged = existence(left)._replace(value=b"other")
    assert not verify_absence(
        ROOT, key, encode_absence(sha256(key).digest(), forged, existence(right))
    )
    forged = existence(right)._replace(value=b"other")
    assert not verify_absence(
        ROOT, key, encode_absence(sha256(key).digest(), existence(left), forged)
    )


def test_absence_names_the_hash_of_its_key() -> None:
    left, right = IN_ORDER[7], IN_ORDER[8]
    key = absent_between(left, right)
    other = sha256(b"other").digest()
    assert not verify_absence(ROOT, key, encode_absence(other, existence(left), existence(right)))
    assert not verify_absence(ROOT, b"", absence(key, left, right))


@settings(deadline=None, max_examples=100)
@given(st.dictionaries(tree_keys, tree_values, min_size=1, max_size=40), st.randoms())
def test_no_sampled_change_of_a_proof_verifies(state: dict[bytes, bytes], random: Random) -> None:
    root = naive_root(state)
    key = random.choice(list(state))
    proof = encode_membership(Existence(key, state[key], naive_steps(state, key)))
    assert verify_membership(root, key, state[key], proof)
    at, bit = random.randrange(len(proof)), random.randrange(8)
    changed = proof[:at] + bytes((proof[at] ^ 1 << bit,)) + proof[at + 1 :]
    assert not verify_membership(root, key, state[key], changed)


def test_a_step_off_the_way_of_the_key_is_refused_though_its_root_would_fit() -> None:
    # A tree built wrongly, the leaf on the side where its hash does not lead: the published
    # verifier accepts what our own refuses.
    key, value = b"\x01key", b"value"
    path = sha256(key).digest()
    leaf = sha256(b"\x00" + path + sha256(value).digest()).digest()
    sibling = sha256(b"sibling").digest()
    goes_right = bool(path[0] & 0x80)
    for on_the_right in (True, False):
        pair = sibling + leaf if on_the_right else leaf + sibling
        proof = encode_membership(Existence(key, value, [(on_the_right, sibling)]))
        root = sha256(b"\x01" + pair).digest()
        assert verify_membership(root, key, value, proof) is (on_the_right == goes_right)


def test_a_path_has_at_most_256_steps() -> None:
    key, value = b"\x01key", b"value"
    path = sha256(key).digest()
    for length, accepted in ((256, True), (257, False), (300, False)):
        node = sha256(b"\x00" + path + sha256(value).digest()).digest()
        steps = []
        for depth in range(length - 1, -1, -1):
            on_the_right = depth < 256 and bool(path[depth // 8] >> (7 - depth % 8) & 1)
            steps.append((on_the_right, bytes(32)))
            pair = bytes(32) + node if on_the_right else node + bytes(32)
            node = sha256(b"\x01" + pair).digest()
        proof = encode_membership(Existence(key, value, steps))
        assert verify_membership(node, key, value, proof) is accepted


@pytest.mark.parametrize(
    ("usual", "unusual"),
    [
        ("1a090801100118012a0100", "1a0b08011001180120002a0100"),  # the default written out
        ("1a090801100118012a0100", "1a090801100118012a0101"),  # another leaf prefix
        ("1a090801100118012a0100", "1a0908011002" + "18012a0100"),  # another hash of the key
        ("1a090801100118012a0100", "1a0a0801100118012a020000"),  # a longer leaf prefix
        ("1a090801100118012a0100", "1a0d0801100118012a0100" + "32020801"),  # an unknown field
        ("0a03016b31", "0a8300016b31"),  # a length longer than needed
        ("0a03016b31", "0aff03016b31"),  # a length over the edge
        ("0a03016b31", "0a8380808000016b31"),  # a length without end
    ],
)
def test_only_the_one_encoding_is_read(usual: str, unusual: str) -> None:
    key, value = b"\x01k1", b"v"
    proof = encode_membership(Existence(key, value, []))
    root = sha256(b"\x00" + sha256(key).digest() + sha256(value).digest()).digest()
    assert verify_membership(root, key, value, proof)
    inner = proof[2:].replace(bytes.fromhex(usual), bytes.fromhex(unusual))
    assert inner != proof[2:]
    assert not verify_membership(root, key, value, b"\x0a" + bytes((len(inner),)) + inner)


@settings(deadline=None, max_examples=300)
@given(st.binary(max_size=200))
def test_any_bytes_are_refused_without_an_exception(proof: bytes) -> None:
    for prefix in (b"", b"\x0a", b"\x12", encode_membership(existence(IN_ORDER[0]))[:40]):
        assert not verify_membership(ROOT, IN_ORDER[0], STATE[IN_ORDER[0]], prefix + proof)
        assert not verify_absence(ROOT, b"\x02x", prefix + proof)


def test_an_empty_key_or_value_proves_nothing() -> None:
    for key, value in ((b"", b"v"), (b"\x01k", b"")):
        root = sha256(b"\x00" + sha256(key).digest() + sha256(value).digest()).digest()
        proof = encode_membership(Existence(key, value, []))
        assert not verify_membership(root, key, value, proof)


def test_the_verifier_needs_nothing_else_of_ours() -> None:
    program = (
        "import sys, abci_app.store.proof;"
        "print(sorted(n for n in sys.modules if n.split('.')[0] in"
        " ('abci_app', 'node', 'tonne', 'plyvel', 'google')))"
    )
    answer = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parents[2],
    )
    assert answer.stdout.strip() == "['abci_app', 'abci_app.store', 'abci_app.store.proof']"
