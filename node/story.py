"""The first story of a network: rows 1 to 7 of scenario E1, as signed transactions over gRPC.

Must not know: how the network runs. Invariants: a chain on which the story was played is recognised
and not played again; interrupted anywhere, it goes on without doing anything twice; what is printed
is read from the chain.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from abci_app.core.signing import transaction_id
from node.cli import places
from node.cli.desk import Desk
from node.cli.faults import Fault
from node.cli.live import Live
from node.cli.screen import group
from node.scenario import language
from node.scenario.expectations import balance, holder
from node.scenario.language import Act, Clock, Row, Step
from node.scenario.livekeys import LiveKeys, adopt
from node.scenario.player import Player, outcome
from node.sdk.client import TonneError
from node.sdk.keys import KeyStore
from tonne.v1 import service_pb2 as v

FILE = "e01_ipci_issue_reserve.txt"
PROGRAM = "IPCI"
UNIT = "TMU"
SETUP_ROW = "0"
END_ROW = "8"  # from here on the transcript moves the clock, which a live chain does by itself
COLUMNS = ("issuer free", "issuer reserved", "user", "RETIRE")

Print = Callable[[str], None]


@dataclass(frozen=True)
class Network:
    """The gateways of a network, the first to play on, and the test keys of its people."""

    gateways: Sequence[str]
    keys: KeyStore
    progress: Path  # a file beside the network's homes
    begin_anew: str = "make testnet-clean, then make testnet"


@dataclass(frozen=True)
class Progress:
    """How many steps are done for sure, and the bytes sent for the next, whose answer may be lost.

    Noted before they are sent: sent again, the same bytes are done once.
    """

    steps: int = 0
    tx: bytes = b""


@dataclass
class Teller:
    """Prints a table as the rows are played."""

    out: Print
    desk: Desk
    row: Row | None = None
    acts: list[tuple[Act, v.Transaction]] = field(default_factory=list)
    count: int = 0

    def observe(self, step: Step, result: v.Transaction | None) -> None:
        """Note what was played; a new heading ends the row before it."""
        if isinstance(step, Row):
            self.end_row()
            self.row = step
        elif isinstance(step, Act) and result is not None:
            self.acts.append((step, result))

    def end_row(self) -> None:
        """Print the row that ends: its transactions, and the balances after it."""
        row, acts = self.row, self.acts
        self.row, self.acts = None, []
        if row is None:
            return
        if row.number == SETUP_ROW:
            self.out(f"  {row.title} ({len(acts)} transactions)")
            return
        if not self.count:
            self.out("\n" + heading())
        self.count += 1
        self.out(line(row.number, row.title, amounts(self.desk)))
        for act, result in acts:
            where = f"block {result.height}" if result.height else "not in a block"
            who = "+".join(act.signers)
            self.out(f"      {where}  {result.tx_id.hex()}  {who}: {outcome(result)}")


def heading() -> str:
    """Return the head of the table."""
    return f"{'#':>3}  {'action':<48}" + "".join(f"{name:>17}" for name in COLUMNS)


def line(number: str, title: str, cells: Sequence[int]) -> str:
    """Return a row of the table; amounts in tonnes."""
    shown = "".join(f"{group(str(cell)):>17}" for cell in cells)
    return f"{number:>3}  {title:<48}{shown}"


def amounts(desk: Desk) -> tuple[int, int, int, int]:
    """Return issuer free, issuer reserved, user, RETIRE, as the chain has them now."""
    issuer = balance(desk, holder(desk, "issuer"), UNIT)
    user = balance(desk, holder(desk, "user"), UNIT)
    sink = balance(desk, holder(desk, "RETIRE"), UNIT)
    reserved = issuer.get("RESERVE", 0)
    return issuer.get("free", 0), reserved, user.get("free", 0), sink.get("free", 0)


def steps() -> tuple[str, list[Step]]:
    """Return the program and the steps of the transcript that a live chain can play."""
    scenario = language.read(places.scenarios() / FILE)
    found: list[Step] = []
    for step in scenario.steps:
        if isinstance(step, Row) and step.number == END_ROW:
            break
        if not isinstance(step, Clock):
            found.append(step)
    return scenario.program, found


def play(network: Network, out: Print = print) -> None:
    """Play the story, or show where the chain stands when it was played; Fault when it stops."""
    index = 0  # of the step that is being played
    chain = Live(
        network.gateways[0],
        note=lambda tx: write_progress(network.progress, chain.genesis_hash, Progress(index, tx)),
    )
    keys = LiveKeys(network.keys)
    adopt(keys, chain)
    program, todo = steps()
    desk = Desk(chain, keys, chain.chain_id, places.scenarios(), program)
    progress = read_progress(network.progress, chain.genesis_hash)
    if progress.steps >= len(todo) or (progress == Progress() and was_played(desk)):
        out("The story was played on this chain before; it stands at:\n")
        out(heading())
        out(line("", "now", amounts(desk)))
        return
    teller = Teller(out, desk)
    player = Player(chain, desk, teller.observe)
    done = resume(player, chain, todo, progress)
    adopt(keys, chain)  # the account that the bytes sent last may have opened
    if done:
        out(f"The story goes on after line {todo[done - 1].line.number} of {FILE}.")
        teller.row = next((step for step in todo[done - 1 :: -1] if isinstance(step, Row)), None)
    else:
        out(f"Playing rows 1 to 7 of scenario E1 on {chain.chain_id} through {chain.address}\n")
    for index in range(done, len(todo)):
        try:
            player.play([todo[index]])
        except Fault as fault:
            hint = f"{fault.hint} To begin anew: {network.begin_anew}.".strip()
            raise Fault(fault.message, hint, fault.exit_code) from fault
    last = teller.acts[-1][1] if teller.acts else None
    teller.end_row()
    write_progress(network.progress, chain.genesis_hash, Progress(len(todo)))
    read_back(network, last, out)


def resume(player: Player, chain: Live, todo: Sequence[Step], progress: Progress) -> int:
    """Learn what became of the bytes sent last, and the numbers that `$last` and the like had.

    Return how many steps are done.
    """
    if progress.steps:
        desk = player.desk
        page = desk.ask("ListProposals", v.ListProposalsRequest(), v.ProposalPage)
        if page.proposals:
            player.variables["last"] = str(page.proposals[-1].id)
        retired = desk.ask("ListRetirements", v.ListRetirementsRequest(), v.RetirementPage)
        if retired.retirements:
            player.variables["retirement"] = str(retired.retirements[-1].id)
    step = todo[progress.steps]
    if not progress.tx or not isinstance(step, Act):
        return progress.steps
    result = chain.client.transaction(transaction_id(progress.tx))
    if result.status != v.COMMITTED:
        result = chain.client.submit(progress.tx)
    if outcome(result) != step.outcome:
        return progress.steps  # it came too late: the step is played anew
    player.remember(result)
    return progress.steps + 1


def was_played(desk: Desk) -> bool:
    """Tell whether the chain has the retirement that ends the story."""
    try:
        reply = desk.ask("GetRetirement", v.GetRetirementRequest(id=1), v.RetirementReply)
    except TonneError:
        return False
    return reply.HasField("retirement")


def read_back(network: Network, last: v.Transaction | None, out: Print) -> None:
    """Read the retirement from another validator, once that one has its block."""
    if last is None or len(network.gateways) < 2:
        return
    other = Live(network.gateways[1])
    other.client.wait(last.tx_id)
    reply = other.read("GetRetirement", v.GetRetirementRequest(id=1))
    if not isinstance(reply, v.RetirementReply) or not reply.HasField("retirement"):
        raise Fault(f"{other.address} does not know the retirement")
    found = reply.retirement
    out(
        f"\nRead back from another validator ({other.address}, height {reply.height}): "
        f"retirement {found.id}, {found.quantity_t} t for {found.beneficiary.name!r}"
    )


def read_progress(path: Path, genesis_hash: bytes) -> Progress:
    """Return how far the story came on this chain; no steps when nothing is known."""
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        if data["genesis_hash"] != genesis_hash.hex():
            return Progress()
        return Progress(int(data["steps"]), bytes.fromhex(data["tx"]))
    except (OSError, ValueError, KeyError, TypeError):
        return Progress()


def write_progress(path: Path, genesis_hash: bytes, progress: Progress) -> None:
    """Note how far the story came on this chain."""
    fresh = path.with_suffix(".new")
    data = {
        "genesis_hash": genesis_hash.hex(),
        "steps": progress.steps,
        "tx": progress.tx.hex(),
    }
    fresh.write_text(json.dumps(data) + "\n", encoding="utf-8")
    fresh.replace(path)


def now_try(
    command: str, home: str, gateways: Sequence[str], *, several: bool = False
) -> list[str]:
    """Return commands that work when pasted; `home` holds the test keys.

    With `several` programs on the chain, units are named with theirs.
    """
    here, there = gateways[0], gateways[-1]
    unit = f"{UNIT} --program {PROGRAM}" if several else UNIT
    transfer = f"{command} tx transfer"
    retire = f"{command} tx retire 10 --class {unit} --purpose VOLUNTARY"
    return [
        f"{command} status --node {there}",
        f"{command} query account @issuer --home {home}",
        f"{command} query retirement 1 --node {there}",
        f"{transfer} 100 --class {unit} --to @user --as issuer --home {home} --yes",
        f"{retire} --beneficiary 'Your name' --as user --home {home} --yes",
        f"{transfer} 999999 --class {unit} --to @user --as issuer --home {home} --dry-run",
        f"{command} query retirement 1 --proof {home}/proof.json --node {here}",
        f"{command} verify {home}/proof.json --genesis {home}/config/genesis.json",
        f"{command} program show ipci",
        f"{command} scenario {places.near(places.scenarios() / FILE)}",
    ]
