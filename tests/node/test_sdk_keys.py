"""Key stores: what they keep, and what they say when something is wrong."""

import json
import os
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from abci_app.core import signing
from node.sdk.keys import KeyStore, KeyStoreError, StoredKey, WrongPassphraseError
from node.sdk.keystore.mnemonics import seed_from_mnemonic
from node.sdk.keystore.vault import INTERACTIVE, Cost, seal, unseal
from tests.vectors.signing.make import OTHER_WORDS, ZERO_WORDS

CHEAP = Cost(passes=1, memory_kib=64)


def says(passphrase: str) -> Callable[[], str]:
    return lambda: passphrase


def store(path: Path, passphrase: str = "open sesame") -> KeyStore:
    return KeyStore.encrypted(path, says(passphrase), cost=CHEAP)


# ---- what it keeps ----


def test_a_key_comes_back_as_it_was_put_in(tmp_path: Path) -> None:
    key, words = store(tmp_path).add("issuer", account="XI-100-1001-0-45", person="p-1")
    assert store(tmp_path).get("issuer") == key
    assert key.public == signing.public_key(key.seed)
    assert len(words.split()) == 24
    assert seed_from_mnemonic(words) == key.seed


def test_a_key_is_found_again_from_its_words_alone(tmp_path: Path) -> None:
    key, words = store(tmp_path / "a").add("issuer")
    other, _ = store(tmp_path / "b").add("restored", mnemonic=f"  {words.upper()}\n")
    assert other.seed == key.seed


def test_two_new_keys_have_different_words(tmp_path: Path) -> None:
    keys = store(tmp_path)
    assert keys.add("a")[1] != keys.add("b")[1]


def test_the_secret_is_nowhere_in_the_file_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    key, words = store(tmp_path).add("issuer")
    file = tmp_path / "issuer.json"
    text = file.read_text()
    assert key.seed.hex() not in text
    assert words.split()[0] not in text.split()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [entry.name for entry in tmp_path.iterdir()] == ["issuer.json"]


def test_a_folder_that_is_made_is_for_its_owner_alone(tmp_path: Path) -> None:
    store(tmp_path / "keys")
    assert stat.S_IMODE((tmp_path / "keys").stat().st_mode) == 0o700


def test_a_key_does_not_show_its_seed_when_it_is_printed(tmp_path: Path) -> None:
    key, _ = store(tmp_path).add("issuer")
    assert key.seed.hex() not in repr(key)
    assert key.public.hex() in repr(key)


def test_names_accounts_and_public_keys_need_no_passphrase(tmp_path: Path) -> None:
    key, _ = store(tmp_path).add("b")
    store(tmp_path).add("a")

    def asked() -> str:
        raise AssertionError("the passphrase was asked for")

    keys = KeyStore.encrypted(tmp_path, asked)
    assert keys.names() == ["a", "b"]
    keys.set_account("b", "XI-100-1-0-28")
    assert keys.public("b") == StoredKey("b", b"", key.public, "XI-100-1-0-28", "b")


def test_keys_are_found_by_the_account_that_they_sign_for(tmp_path: Path) -> None:
    keys = store(tmp_path)
    one = keys.add("one", account="X")[0]
    keys.add("other", account="Y")
    two = keys.add("two")[0]
    keys.set_account("two", "X")
    found = keys.by_account("X")
    assert [key.name for key in found] == ["one", "two"]
    assert [key.seed for key in found] == [one.seed, two.seed]


def test_the_passphrase_is_asked_for_once(tmp_path: Path) -> None:
    store(tmp_path).add("a")
    store(tmp_path).add("b")
    asked: list[int] = []

    def ask() -> str:
        asked.append(1)
        return "open sesame"

    keys = KeyStore.encrypted(tmp_path, ask)
    keys.get("a")
    keys.get("b")
    assert len(asked) == 1


def test_what_opening_costs_is_written_in_the_file(tmp_path: Path) -> None:
    store(tmp_path).add("issuer")
    kdf = json.loads((tmp_path / "issuer.json").read_text())["kdf"]
    assert (kdf["name"], kdf["passes"], kdf["memory_kib"], kdf["lanes"]) == ("argon2id", 1, 64, 1)
    assert KeyStore.encrypted(tmp_path, says("open sesame")).get("issuer").name == "issuer"


def test_the_usual_cost_is_that_of_an_interactive_login() -> None:
    assert (INTERACTIVE.passes, INTERACTIVE.memory_kib) == (2, 65_536)
    assert unseal(seal(b"secret", "pass", INTERACTIVE), "pass") == b"secret"


def test_a_passphrase_typed_on_another_keyboard_is_the_same(tmp_path: Path) -> None:
    composed, decomposed = "caf\u00e9", "cafe\u0301"
    key, _ = store(tmp_path, composed).add("issuer")
    assert store(tmp_path, decomposed).get("issuer") == key


def test_a_deleted_key_is_gone_and_its_name_free(tmp_path: Path) -> None:
    keys = store(tmp_path)
    keys.add("issuer")
    keys.delete("issuer")
    assert keys.names() == []
    keys.add("issuer")


# ---- carrying keys ----


def test_an_exported_key_opens_in_another_store(tmp_path: Path) -> None:
    key, _ = store(tmp_path / "a").add("issuer", account="X", person="p-1")
    text = store(tmp_path / "a").export("issuer")
    assert key.seed.hex() not in text
    found = store(tmp_path / "b").import_("mine", text)
    assert found == StoredKey("mine", key.seed, key.public, "X", "p-1")
    assert store(tmp_path / "b").get("mine") == found


def test_a_key_is_exported_under_a_passphrase_of_its_own(tmp_path: Path) -> None:
    key, _ = store(tmp_path / "a").add("issuer")
    text = store(tmp_path / "a").export("issuer", "for the courier")
    other = store(tmp_path / "b", "another")
    with pytest.raises(WrongPassphraseError, match="the one that it was exported under"):
        other.import_("mine", text)
    assert other.import_("mine", text, passphrase="for the courier").seed == key.seed
    assert store(tmp_path / "b", "another").get("mine").seed == key.seed


def test_an_exported_test_key_says_that_nothing_protects_it(tmp_path: Path) -> None:
    keys = KeyStore.test(tmp_path / "a")
    key, _ = keys.add("issuer")
    text = keys.export("issuer")
    assert "Protection: no passphrase" in text
    assert store(tmp_path / "b").import_("issuer", text).seed == key.seed


def test_a_sealed_export_needs_a_passphrase_in_a_test_store(tmp_path: Path) -> None:
    store(tmp_path / "a").add("issuer")
    text = store(tmp_path / "a").export("issuer")
    with pytest.raises(KeyStoreError, match="give the passphrase"):
        KeyStore.test(tmp_path / "b").import_("issuer", text)


@pytest.mark.parametrize("damage", ["", "hello", "-----BEGIN TONNE KEY-----\n"])
def test_a_text_that_is_no_exported_key_is_refused(tmp_path: Path, damage: str) -> None:
    with pytest.raises(KeyStoreError, match="no exported key"):
        store(tmp_path).import_("issuer", damage)


def test_an_exported_key_with_a_changed_letter_is_refused(tmp_path: Path) -> None:
    store(tmp_path).add("issuer")
    lines = store(tmp_path).export("issuer").splitlines()
    body = next(index for index, line in enumerate(lines) if not line) + 2
    lines[body] = ("B" if lines[body][0] == "A" else "A") + lines[body][1:]
    with pytest.raises(KeyStoreError, match="damaged"):
        store(tmp_path).import_("copy", "\n".join(lines))
    assert store(tmp_path).names() == ["issuer"]


# ---- what it refuses ----


def test_a_wrong_passphrase_says_so_and_the_next_try_asks_again(tmp_path: Path) -> None:
    key, _ = store(tmp_path).add("issuer")
    answers = ["wrong", "open sesame"]
    keys = KeyStore.encrypted(tmp_path, lambda: answers.pop(0))
    with pytest.raises(WrongPassphraseError, match="does not open the key 'issuer'; try again"):
        keys.get("issuer")
    assert keys.get("issuer") == key


def test_a_new_key_is_not_sealed_under_a_passphrase_that_opens_no_other(tmp_path: Path) -> None:
    store(tmp_path).add("issuer")
    with pytest.raises(WrongPassphraseError):
        store(tmp_path, "open sesami").add("other")
    assert store(tmp_path).names() == ["issuer"]


def test_an_empty_passphrase_is_refused(tmp_path: Path) -> None:
    with pytest.raises(KeyStoreError, match="empty passphrase"):
        store(tmp_path, "").add("issuer")
    assert store(tmp_path).names() == []


def test_a_name_that_is_taken_is_never_overwritten(tmp_path: Path) -> None:
    key, _ = store(tmp_path).add("issuer")
    for again in (
        lambda: store(tmp_path).add("issuer"),
        lambda: store(tmp_path).import_("issuer", store(tmp_path).export("issuer")),
    ):
        with pytest.raises(KeyStoreError, match="already; it is not overwritten"):
            again()
    assert store(tmp_path).get("issuer") == key


def test_a_name_taken_by_another_process_meanwhile_is_not_overwritten(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys, rival = store(tmp_path), KeyStore.test(tmp_path)
    link = os.link

    def late(source: Path, target: Path) -> None:
        monkeypatch.setattr(os, "link", link)
        rival.add("issuer")
        link(source, target)

    monkeypatch.setattr(os, "link", late)
    with pytest.raises(KeyStoreError, match="not overwritten"):
        keys.add("issuer")
    assert rival.get("issuer").name == "issuer"
    assert [path.name for path in tmp_path.iterdir()] == ["issuer.json"]


@pytest.mark.parametrize("name", ["", "../issuer", ".issuer", "a/b", "x" * 33, "имя", "a b"])
def test_a_name_that_is_no_plain_word_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(KeyStoreError, match="is not a name for a key"):
        store(tmp_path).add(name)


def test_a_key_that_is_not_there_is_answered_with_those_that_are(tmp_path: Path) -> None:
    store(tmp_path).add("issuer")
    with pytest.raises(KeyStoreError, match=r"no key 'user' .*there: issuer.*tonne keys add user"):
        store(tmp_path).get("user")


@pytest.mark.parametrize("mode", [0o644, 0o660, 0o602])
def test_a_file_that_others_may_use_is_refused(tmp_path: Path, mode: int) -> None:
    store(tmp_path).add("issuer")
    (tmp_path / "issuer.json").chmod(mode)
    with pytest.raises(KeyStoreError, match="chmod 600"):
        store(tmp_path).get("issuer")


def test_any_changed_byte_of_a_file_is_noticed(tmp_path: Path) -> None:
    store(tmp_path).add("issuer", account="XI-100-1001-0-45")
    file = tmp_path / "issuer.json"
    good = file.read_bytes()
    blanks = b" \n"
    for index in range(0, len(good), 3):
        if good[index : index + 1] in blanks:
            continue
        file.write_bytes(good[:index] + bytes([good[index] ^ 1]) + good[index + 1 :])
        with pytest.raises(KeyStoreError):
            store(tmp_path).get("issuer")
    file.write_bytes(good)
    store(tmp_path).get("issuer")


@pytest.mark.parametrize("keep", [0, 1, 100, -3])
def test_a_file_that_was_cut_short_is_called_damaged(tmp_path: Path, keep: int) -> None:
    store(tmp_path).add("issuer")
    file = tmp_path / "issuer.json"
    file.write_bytes(file.read_bytes()[:keep])
    with pytest.raises(KeyStoreError, match=r"damaged .* 24 words"):
        store(tmp_path).get("issuer")


def test_a_file_of_a_later_format_is_left_to_its_release(tmp_path: Path) -> None:
    store(tmp_path).add("issuer")
    file = tmp_path / "issuer.json"
    file.write_text(file.read_text().replace("tonne-key-1", "tonne-key-2"))
    with pytest.raises(KeyStoreError, match="use the release that made it"):
        store(tmp_path).get("issuer")


def test_a_renamed_file_is_noticed(tmp_path: Path) -> None:
    store(tmp_path).add("issuer")
    (tmp_path / "issuer.json").rename(tmp_path / "user.json")
    with pytest.raises(KeyStoreError, match="rename the file back"):
        store(tmp_path).get("user")


def test_a_file_cannot_make_its_reader_use_all_memory() -> None:
    sealed = seal(b"secret", "pass", CHEAP)
    sealed["kdf"]["memory_kib"] = 1 << 30
    with pytest.raises(KeyStoreError, match="out of bounds"):
        unseal(sealed, "pass")


def test_a_path_that_is_no_folder_is_named(tmp_path: Path) -> None:
    (tmp_path / "keys").write_text("")
    with pytest.raises(KeyStoreError, match="is not a folder"):
        store(tmp_path / "keys")


# ---- words ----


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ("abandon", "1 words were given; a key has 24"),
        (ZERO_WORDS.replace("art", "arts"), "word 24 is not in the English BIP-39 list"),
        (ZERO_WORDS.replace("art", "ability"), "check sum is wrong"),
        (" ".join(reversed(OTHER_WORDS.split())), "check sum is wrong"),
    ],
)
def test_wrong_words_are_named(tmp_path: Path, words: str, why: str) -> None:
    with pytest.raises(KeyStoreError, match=why):
        store(tmp_path).add("issuer", mnemonic=words)
    assert store(tmp_path).names() == []


def test_a_message_about_wrong_words_does_not_repeat_them() -> None:
    with pytest.raises(KeyStoreError) as caught:
        seed_from_mnemonic(ZERO_WORDS.replace("art", "secretword"))
    assert "secretword" not in str(caught.value)


# ---- the store of test keys ----


def test_a_test_store_says_once_that_it_is_insecure(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    keys = KeyStore.test(tmp_path)
    keys.add("issuer")
    keys.get("issuer")
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.count("INSECURE") == 1
    assert str(tmp_path) in said.err


def test_a_test_key_lies_open_and_comes_back(tmp_path: Path) -> None:
    key, _ = KeyStore.test(tmp_path).add("issuer")
    data = json.loads((tmp_path / "issuer.json").read_text())
    assert data["insecure_seed"] == key.seed.hex()
    assert KeyStore.test(tmp_path).get("issuer") == key


def test_open_keys_and_sealed_keys_are_not_mixed(tmp_path: Path) -> None:
    KeyStore.test(tmp_path).add("open")
    with pytest.raises(KeyStoreError, match="insecure test key in a protected store"):
        store(tmp_path).get("open")
    (tmp_path / "open.json").unlink()
    store(tmp_path).add("sealed")
    with pytest.raises(KeyStoreError, match="is sealed"):
        KeyStore.test(tmp_path).get("sealed")
