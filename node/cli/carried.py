"""Transaction files that go from desk to desk: read, judged, signed, joined, written.

Must not know: which command asks. Invariant: a file of another chain, or with a signature that does
not hold, goes no further; what a signer is shown comes from the very bytes it signs (X13).
"""

import os
import sys
from collections.abc import Sequence
from enum import StrEnum
from hashlib import sha256
from pathlib import Path

import typer

from abci_app.core import calendar
from abci_app.core.codec import parse_canonical
from node.cli import desk, screen
from node.cli.faults import Fault, usage
from node.cli.live import Live
from node.cli.session import Session
from node.sdk import build
from node.sdk.readable import quoted
from node.sdk.txjson import TEXT_BYTES_MAX, BuildError, Carried, file_text, read_file
from tonne.v1.state_pb2 import Account
from tonne.v1.tx_pb2 import Body, KeyRight, Signature, SignedTx


class Question(StrEnum):
    """What is asked before a key is used; empty when it was agreed to beforehand."""

    NONE = ""
    SIGN = "Sign this?"
    SEND = "Sign and send this?"


def ask(question: Question) -> None:
    """Ask for a yes; Fault when the answer is another, or nobody is there."""
    if not question:
        return
    try:
        agreed = typer.confirm(question, err=True)
    except typer.Abort as error:
        raise Fault("nobody answered; nothing was signed or sent", "For scripts: --yes.") from error
    if not agreed:
        raise Fault("nothing was signed or sent")


def text(path: Path) -> str:
    """Return the text of a file, `-` for standard input; never more than a transaction can have."""
    try:
        if str(path) == "-":
            raw = typer.get_binary_stream("stdin").read(TEXT_BYTES_MAX + 1)
        else:
            with path.open("rb") as file:
                raw = file.read(TEXT_BYTES_MAX + 1)
        if len(raw) > TEXT_BYTES_MAX:
            raise usage(
                f"{path} has more than {TEXT_BYTES_MAX} bytes: it is no transaction file",
                "Check the path.",
            )
        return raw.decode("utf-8")
    except OSError as error:
        raise usage(f"cannot read {path}: {error.strerror}", "Check the path.") from error
    except UnicodeDecodeError as error:
        raise usage(f"cannot read {path}: it is not UTF-8 text", "Check the path.") from error


def read(path: Path) -> Carried:
    """Return the transaction of a file; a usage fault names the file."""
    try:
        return read_file(text(path))
    except BuildError as error:
        raise usage(f"{path}: {error}", "Nothing was signed or sent.") from error


def parts(tx: bytes) -> tuple[SignedTx, Body]:
    """Return a transaction and its body; Refusal for bytes that are not canonical."""
    signed = parse_canonical(SignedTx, tx)
    return signed, parse_canonical(Body, signed.body)


def agreed_hash(session: Session, given: str, files: Sequence[Carried], *, local: bool) -> bytes:
    """Return the genesis hash that this home, the command line and the files agree on.

    With `local`, the files' word is not enough: a signer must know the chain it signs for.
    """
    wanted = session.chain_id or str(session.config().get("chain_id", ""))
    for file in files:
        found = parts(file.tx)[1].chain_id
        if wanted and found != wanted:
            raise usage(
                f"the file is of the chain {found!r}, this home is of {wanted!r}",
                "Take the file of this chain, or --home and --chain-id of that one.",
            )
    known = b""
    if local or given or session.has_genesis():
        known = session.genesis_hash(given)
    for file in files:
        if known and file.genesis_hash and file.genesis_hash != known:
            raise usage(
                f"the file is of another chain: its genesis hash is {file.genesis_hash.hex()}, "
                f"the one known here is {known.hex()}",
                "Ask who sent it for which chain it was made; nothing was signed.",
            )
        known = known or file.genesis_hash
    if not known:
        raise usage(
            "the file names no genesis hash, and none is known here",
            "Give --genesis-hash (`tonne status --field genesis_hash` shows it).",
        )
    return known


def sign(session: Session, file: Carried, digest: bytes, name: str, question: Question) -> bytes:
    """Return a transaction with the signature of a key, after it was shown and agreed to."""
    signed, body = parts(file.tx)
    keys = session.keys()
    key = keys.public(name)
    index = place(key.account, name, body)
    build.check_signatures(file.tx, digest)
    if any((row.signer_index, row.key) == (index, key.public) for row in signed.signatures):
        screen.warn(f"{name} has signed this already for {key.account}: nothing is added.")
        return file.tx
    need_time(body)
    show(file.tx, digest)
    ask(question)
    return build.cosign(file.tx, digest, index, keys.get(name))


def place(account: str, name: str, body: Body) -> int:
    """Return which signer an account is; a usage fault when it is none."""
    accounts = [signer.account for signer in body.signers]
    if account not in accounts:
        raise usage(
            f"{name} acts for {account or 'no account'}, which does not sign this",
            f"It is signed by: {', '.join(accounts)}."
            + ("" if account else f" If one is its own: tonne keys bind {name} ACCOUNT."),
        )
    return accounts.index(account)


def need_time(body: Body) -> None:
    """Refuse to sign what no block can take any more, by this machine's clock."""
    now = desk.now_s()
    if body.valid_until_s <= now:
        raise usage(
            f"it was valid until {calendar.iso(body.valid_until_s)}, and here it is "
            f"{calendar.iso(now)}",
            "Make it again with a longer --valid-s; check the clock of this machine.",
        )


def show(tx: bytes, digest: bytes) -> None:
    """Write to standard error what the bytes say, for which genesis, and who has signed so far."""
    signed, body = parts(tx)
    lines = [
        build.describe(signed.body),
        f"{'genesis hash':<20} {digest.hex()}",
        f"{'sha256 of the body':<20} {sha256(signed.body).hexdigest()}",
        *(f"{'signed by':<20} {signature(row, body)}" for row in signed.signatures),
    ]
    print("\n".join(lines), file=sys.stderr)


def signature(row: Signature, body: Body) -> str:
    """Return whose a signature is."""
    known = row.signer_index < len(body.signers)
    whose = quoted(body.signers[row.signer_index].account) if known else "nobody"
    return f"{row.key.hex()} for {whose}"


def write(tx: bytes, digest: bytes, out: Path | None) -> None:
    """Write a transaction to a new file, or to standard output; no file is overwritten."""
    made = file_text(tx, digest)
    if out is None:
        print(made)
        return
    try:
        handle = os.open(out, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o644)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(made + "\n")
    except FileExistsError:
        raise usage(f"{out} exists; it is not overwritten", "Name another file.") from None
    except OSError as error:
        raise Fault(f"cannot write {out}: {error.strerror}", "Check the path.") from error
    screen.warn(f"written to {out}")


def need_chain(chain: Live, file: Carried) -> None:
    """Refuse to send a file of another chain than the one that answers."""
    body = parts(file.tx)[1]
    if body.chain_id != chain.chain_id:
        raise usage(
            f"the file is of the chain {body.chain_id!r}; {chain.address} serves "
            f"{chain.chain_id!r}",
            "Name a node of that chain with --node. Nothing was sent.",
        )
    if file.genesis_hash and file.genesis_hash != chain.genesis_hash:
        raise usage(
            f"the file is of another chain: its genesis hash is {file.genesis_hash.hex()}, that "
            f"of {chain.address} is {chain.genesis_hash.hex()}",
            "Name a node of that chain with --node. Nothing was sent.",
        )


def need_whole(chain: Live, tx: bytes) -> None:
    """Refuse to send what lacks a signature; the fault says whose, as the chain knows them now."""
    signed, body = parts(tx)
    build.check_signatures(tx, chain.genesis_hash)
    found = []
    for index, signer in enumerate(body.signers):
        account = chain.client.account(signer.account).account
        keys = [row.key for row in signed.signatures if row.signer_index == index]
        found += lacking(account, keys)
    if found:
        raise usage(
            "it is not signed as its accounts ask: " + "; ".join(found),
            "Each of them adds a signature: tonne tx cosign FILE --as NAME. Nothing was sent.",
        )


def lacking(account: Account, signing: Sequence[bytes]) -> list[str]:
    """Return what is wrong with the signatures of an account: too few, too many, not its keys."""
    persons = {row.key: row.person for row in account.keys}
    who = f"{account.id} ({account.name})" if account.name else account.id
    found = [f"{key.hex()[:16]}... is not a key of {who}" for key in signing if key not in persons]
    there = [persons[key] for key in signing if key in persons]
    needed = account.min_initiate + account.min_approve
    rights = (KeyRight.INITIATE, KeyRight.APPROVE)
    others = [
        row.person
        for row in account.keys
        if row.person not in there and any(right in row.rights for right in rights)
    ]
    if len(there) < needed:
        signed = f" (signed: {', '.join(there)})" if there else ""
        may = ", ".join(dict.fromkeys(others))
        found.append(f"{who} needs {needed}, has {len(there)}{signed}; may still sign: {may}")
    elif len(there) > needed:
        found.append(f"{who} needs {needed} and no more, has {len(there)}: {', '.join(there)}")
    elif len(dict.fromkeys(there)) < len(there):
        found.append(f"{who} needs distinct persons, has {', '.join(there)}")
    return found
