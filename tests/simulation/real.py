"""The real registry in process: what is signed is admitted, put in a block, committed.

Must not know: what ought to come out. Invariant: it takes part as a node does, with real
signatures.
"""

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass

from abci_app import doctor
from abci_app.abci import abci_pb2 as abci
from abci_app.application import Application
from abci_app.store.ledger import Ledger
from tests.harness import START_S, sign
from tests.names import CHAIN_ID
from tests.simulation.cast import NAME, VALIDATORS
from tonne.v1 import tx_pb2 as t
from tonne.v1.events_pb2 import Event

ENVELOPE_CODES = 200  # below it, nothing is spent


@dataclass(frozen=True)
class Result:
    code: int
    detail: str
    events: tuple[Event, ...]

    @property
    def proposed(self) -> bool:
        return any(event.WhichOneof("event") == "proposal_opened" for event in self.events)


@dataclass(frozen=True)
class Draft:
    """An envelope before it is signed: account ids, and what they want."""

    signers: tuple[str, ...]
    actions: tuple[t.Action, ...]
    maker: str = ""


class Real:
    """One application and its clock."""

    def __init__(self, genesis: bytes) -> None:
        self.genesis = genesis
        self.app = Application(Ledger.memory())
        text = base64.b64encode(genesis).decode()
        request = abci.RequestInitChain(
            chain_id=CHAIN_ID, app_state_bytes=json.dumps(text).encode()
        )
        for validator in VALIDATORS:
            request.validators.add(power=validator.power).pub_key.ed25519 = validator.key
        self.app.init_chain(request)
        self.now = START_S
        self.height = 0
        self._highest: dict[str, int] = {}
        self.duties: list[Event] = []

    @property
    def ledger(self) -> Ledger:
        return self.app.ledger

    def _seal(self, draft: Draft, used: dict[str, int]) -> bytes:
        body = t.Body(chain_id=CHAIN_ID, valid_until_s=self.now + 3600)
        for account in draft.signers:
            used[account] = used.get(account, self._highest.get(account, 0)) + 1
            body.signers.add(account=account, lane=0, sequence=used[account])
        body.actions.extend(draft.actions)
        raw = body.SerializeToString(deterministic=True)
        keys = [(n, NAME.get(account, account)) for n, account in enumerate(draft.signers)]
        return sign(self.genesis, raw, keys)

    def block(self, now: int, drafts: Sequence[Draft]) -> list[Result]:
        self.now = now
        self.height += 1
        used: dict[str, int] = {}
        txs = [self._seal(draft, used) for draft in drafts]
        finalize = abci.RequestFinalizeBlock(height=self.height, txs=txs)
        finalize.time.seconds = now
        answer = self.app.finalize_block(finalize)
        self.app.commit(abci.RequestCommit())
        self.duties = [_event(row) for row in answer.events]
        results = [
            Result(row.code, row.log, tuple(_event(item) for item in row.events))
            for row in answer.tx_results
        ]
        spent: dict[str, int] = {}
        for draft, result in zip(drafts, results, strict=True):
            for account in draft.signers:
                spent[account] = spent.get(account, self._highest.get(account, 0)) + 1
                if result.code == 0 or result.code >= ENVELOPE_CODES or result.code == 1:
                    self._kept(account, spent[account])
        return results

    def _kept(self, account: str, sequence: int) -> None:
        self._highest[account] = max(self._highest.get(account, 0), sequence)

    def faults(self, *, whole: bool) -> list[str]:
        """What the doctor says of the committed state."""
        return doctor.examine(self.ledger) if whole else doctor.state_faults(self.ledger)


def _event(row: abci.Event) -> Event:
    return Event.FromString(base64.b64decode(row.attributes[0].value))
