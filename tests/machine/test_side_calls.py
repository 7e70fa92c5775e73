"""Checks and questions that run while blocks are executed and committed see one height each."""

import threading
from collections.abc import Callable

from abci_app.abci import abci_pb2 as abci
from abci_app.core.codes import Code
from abci_app.store import proof
from tests import acts
from tests.harness import Chain
from tests.names import PROGRAM, account_id
from tonne.v1 import service_pb2 as q

BLOCKS = 40


class Side:
    """A thread that calls again and again while the chain goes on, and keeps what went wrong."""

    def __init__(self, call: Callable[[], None]) -> None:
        self.errors: list[BaseException] = []
        self.calls = 0
        self._call = call
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def _run(self) -> None:
        while not self._ended.is_set():
            try:
                self._call()
            except BaseException as error:  # noqa: BLE001 - shown by the test
                self.errors.append(error)
                return
            self.calls += 1

    def end(self) -> None:
        self._ended.set()
        self._thread.join()


def test_answers_given_while_blocks_are_made_are_each_of_one_height() -> None:
    chain = Chain.with_units()
    chain.block()
    statuses: list[q.StatusReply] = []
    proofs: list[q.Proof] = []
    pool = [chain.tx("user", acts.methodology(f"M{n}"), lane=1) for n in range(2, 12)]

    def ask_status() -> None:
        statuses.append(chain.ask(q.GetStatusRequest(), q.StatusReply))

    def ask_proof() -> None:
        request = q.GetHoldingRequest(
            account=account_id("user"), program=PROGRAM, class_id="TMU", at=q.At(prove=True)
        )
        proofs.append(chain.ask(request, q.HoldingReply).proof)

    def check() -> None:
        for tx in pool:
            code = chain.app.check_tx(abci.RequestCheckTx(tx=tx)).code
            assert code in (0, Code.SEQUENCE_USED, Code.ALREADY_PENDING), code

    sides = [Side(call) for call in (ask_status, ask_proof, check)]
    try:
        for number in range(BLOCKS):
            chain.ok("issuer", acts.move(1, "issuer", "user"))
            if number % 4 == 0:
                chain.all_ok(pool[number // 4])
    finally:
        for side in sides:
            side.end()
    for side in sides:
        assert side.errors == []
        assert side.calls > 1
    for status in statuses:
        assert status.app_hash == chain.history[status.height - 1][1].app_hash
    for shown in proofs:
        root = chain.history[shown.height - 1][1].app_hash
        if shown.value:
            assert proof.verify_membership(root, shown.key, shown.value, shown.proof)
        else:
            assert proof.verify_absence(root, shown.key, shown.proof)
    assert len({shown.height for shown in proofs}) > 1, "blocks were made meanwhile"
