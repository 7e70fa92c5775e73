"""Every transaction command makes the action that it names, of the words that its help shows."""

from hashlib import sha256
from typing import Any, get_args

import pytest
from google.protobuf.message import Message

from abci_app.core import ids
from abci_app.state.program_toml import Source, read_program
from node.cli import places, tx, verbs
from node.cli.commands import GROUPS
from node.cli.faults import USAGE, Fault
from tonne.v1 import tx_pb2 as t
from tonne.v1.policy_pb2 import Program

P = "IPCI"
IPCI_FILE = (places.genesis() / "programs" / "ipci.toml").read_text(encoding="utf-8")
DAY = 1769904000  # 2026-02-01


class Desk:
    """Names that a test can foresee."""

    def account(self, name: str) -> str:
        return f"account-of-{name}"

    def file(self, name: str) -> bytes:
        return {"ipci.toml": IPCI_FILE.encode(), "broken.toml": b"[program]\nid = 7"}[name]

    def program(self) -> str:
        return P

    def number(self, program: str, number: int) -> str:
        return str(ids.AccountId({P: "XI"}[program], 100, number, 0))

    def sink(self, program: str, kind: Any, code: str = "") -> str:
        return f"{program}-{t.AccountKind.Name(kind)}-{code}"

    def in_force(self, program: str) -> Program:
        return read_program(Source(program, IPCI_FILE))

    def grant(self, key_name: str, account: str) -> t.KeyGrant:
        return t.KeyGrant(key=key_name.encode(), person=key_name, proof=account.encode())


def make(line: str) -> Any:
    name, *words = line.split()
    command = verbs.find(name)
    return getattr(verbs.make(command, words, Desk(), "me"), command.arm)


def fault(line: str) -> str:
    with pytest.raises(Fault) as caught:
        make(line)
    assert caught.value.exit_code == USAGE
    return f"{caught.value.message} {caught.value.hint}"


def one_range(start: int, end: int, space: str = "KZ") -> t.SerialRange:
    return t.SerialRange(space=space, start=start, end=end)


def moved(to: str, quantity: int = 5, **fields: Any) -> t.Move:
    given = {"class_id": "TMU", "from_account": "me", "to_account": to, **fields}
    return t.Move(program=P, quantity_t=quantity, **given)


def held(**change: Any) -> t.HoldUnits:
    return t.HoldUnits(program=P, **change)


def order(side: int, **fields: Any) -> t.PlaceOrder:
    terms = {"price_minor": 800, "currency": "EUR", "expires_s": DAY, "account": "me"}
    return t.PlaceOrder(
        program=P,
        side=side,  # type: ignore[arg-type]
        class_id="TMU",
        quantity_t=5,
        **terms,  # type: ignore[arg-type]
        **fields,
    )


ORGANISATION = t.OrganisationChange(
    id="acme", name="Acme", country="NO", status=t.ORGANISATION_ACTIVE
)
ACCOUNT = t.AccountChange(
    id="XI-100-1001-0-45",
    organisation="acme",
    min_initiate=1,
    add_keys=[t.KeyGrant(key=b"issuer", person="issuer", proof=b"XI-100-1001-0-45")],
)
FILL = t.FillRef(order=3, fill=1)
HASH = sha256(b"x").digest()
MADE: dict[str, Message] = {
    "put-policy --rules-version 2": t.PutPolicy(rules_version=2),
    "put-account --organisation.id acme": t.PutAccount(
        program=P, organisation=t.OrganisationChange(id="acme")
    ),
    "open-organisation acme --name Acme --country NO": t.PutAccount(
        program=P, organisation=ORGANISATION
    ),
    "open-account issuer --number 1001 --organisation acme": t.PutAccount(
        program=P, account=ACCOUNT
    ),
    "accredit --operation GRANT --role AUDITOR": t.Accredit(
        program=P, operation=t.GRANT, role=t.AUDITOR
    ),
    "grant AUDITOR @a --list ACL-1": t.Accredit(
        program=P, operation=t.GRANT, role=t.AUDITOR, subject="account-of-a", list="ACL-1"
    ),
    "suspend AUDITOR @a": t.Accredit(
        program=P, operation=t.SUSPEND, role=t.AUDITOR, subject="account-of-a"
    ),
    "reinstate AUDITOR @a": t.Accredit(
        program=P, operation=t.REINSTATE, role=t.AUDITOR, subject="account-of-a"
    ),
    "revoke AUDITOR @a": t.Accredit(
        program=P, operation=t.REVOKE, role=t.AUDITOR, subject="account-of-a"
    ),
    "anchor --kind POLICY --hash sha256-text:x": t.Anchor(program=P, kind="POLICY", hash=HASH),
    "put-record --id M --methodology.family CDM": t.PutRecord(
        program=P, id="M", methodology=t.Methodology(family="CDM")
    ),
    "file-methodology M --family CDM --must-migrate-by 2026-02-01": t.PutRecord(
        program=P, id="M", methodology=t.Methodology(family="CDM", must_migrate_by_s=DAY)
    ),
    "file-activity A --subtype PROJECT --gases CH4,CO2 --start 2026-02-01": t.PutRecord(
        program=P,
        id="A",
        activity=t.Activity(subtype="PROJECT", gases=["CH4", "CO2"], start_s=DAY),
    ),
    "file-issuance R --statements S-1 --class-id TMU": t.PutRecord(
        program=P, id="R", issuance=t.IssuanceRequest(statements=["S-1"], class_id="TMU")
    ),
    "file-footprint F --g-co2e-per-unit 12500 --owners @a,@b": t.PutRecord(
        program=P,
        id="F",
        footprint=t.FootprintDraft(g_co2e_per_unit=12500, owners=["account-of-a", "account-of-b"]),
    ),
    "file-obligation O --party KZ --period CP1 --amount 7": t.PutRecord(
        program=P, id="O", obligation=t.ObligationDraft(party="KZ", period="CP1", amount_t=7)
    ),
    "file-authorization Z --party KZ --quantity 7": t.PutRecord(
        program=P, id="Z", authorization=t.AuthorizationDraft(party="KZ", quantity_t=7)
    ),
    "file-notice N REVERSAL --debtor @a --quantity 7 --units KZ:1-7": t.PutRecord(
        program=P,
        id="N",
        notice=t.NoticeDraft(
            kind="REVERSAL", debtor="account-of-a", quantity_t=7, units=[one_range(1, 7)]
        ),
    ),
    "transition NOTICE/N REVISED --revision.quantity-t 5": t.Transition(
        program=P,
        record=t.RecordRef(kind=t.NOTICE, id="N"),
        to_state="REVISED",
        revision=t.NoticeRevision(quantity_t=5),
    ),
    "attest S VERIFICATION --from 1 --to 2 --baseline 9 --project 4 --net 5 --flags a,b": t.Attest(
        program=P,
        id="S",
        kind=t.VERIFICATION,
        period_from_s=1,
        period_to_s=2,
        numbers=t.StatementNumbers(baseline_t=9, project_t=4, net_t=5),
        flags=["a", "b"],
    ),
    "issue 5 --issuance R --to @a --vintage 2025": t.Issue(
        program=P, issuance="R", quantity_t=5, to_account="account-of-a", vintage=2025
    ),
    "issue-under-cap 5 AAU --party KZ --period CP1 --to @a": t.Issue(
        program=P,
        cap=t.CapSource(class_id="AAU", party="KZ", period="CP1"),
        quantity_t=5,
        to_account="account-of-a",
    ),
    "import CDM CER BR:1-7 --to @a --period CP1 --valid-until 2026-02-01": t.Issue(
        program=P,
        external=t.ImportSource(
            link="CDM",
            class_id="CER",
            serials=one_range(1, 7, "BR"),
            period="CP1",
            valid_until_s=DAY,
        ),
        to_account="account-of-a",
    ),
    "take-back JP KZ:1-7,KZ:9 --to @a": t.Issue(
        program=P,
        returned=t.ReturnSource(link="JP", serials=[one_range(1, 7), one_range(9, 9)]),
        to_account="account-of-a",
    ),
    "move --class TMU --quantity 5 --from @a --to @b": moved(
        "account-of-b", from_account="account-of-a"
    ),
    "transfer 5 --class TMU --to @b": moved("account-of-b"),
    "retire 5 --class TMU --purpose NDC --beneficiary X --country NO": moved(
        "IPCI-RETIRE-", purpose=t.NDC, beneficiary=t.Beneficiary(name="X", country="NO")
    ),
    "surrender 5 --class TMU --obligation O --beneficiary X": moved(
        "IPCI-SURRENDER-",
        purpose=t.COMPLIANCE,
        beneficiary=t.Beneficiary(name="X"),
        obligation="O",
    ),
    "cancel 5 --class TMU --code 240 --notice N": moved("IPCI-CANCEL-240", notice="N"),
    "replace 5 --class TMU --code 411 --notice N": moved("IPCI-REPLACE-411", notice="N"),
    "export 5 --class TMU --code JP --external-account JP-1": moved(
        "IPCI-EXPORT-JP", external_account="JP-1"
    ),
    "convert rule 5 --class AAU --activity P1": t.Convert(
        program=P, rule="rule", class_id="AAU", quantity_t=5, account="me", activity="P1"
    ),
    "hold --release.hold 3": held(release=t.ReleaseHold(hold=3)),
    "pledge 5 --class TMU --to @b --until 2026-02-01 --claim-to RETIRE,CANCEL": held(
        place=t.PlaceHold(
            kind=t.PLEDGE,
            account="me",
            class_id="TMU",
            quantity_t=5,
            release_at_s=DAY,
            controller="account-of-b",
            claim_to=[t.RETIRE, t.CANCEL],
        )
    ),
    "reserve 5 --class TMU --account @a --until 2026-02-01": held(
        place=t.PlaceHold(
            kind=t.RESERVE,
            account="account-of-a",
            class_id="TMU",
            quantity_t=5,
            release_at_s=DAY,
        )
    ),
    "extend-hold 3 2026-02-01": held(extend=t.ExtendHold(hold=3, release_at_s=DAY)),
    "release-hold 3 5": held(release=t.ReleaseHold(hold=3, quantity_t=5)),
    "freeze @a TMU 5 --until 2026-02-01": held(
        freeze=t.FreezeUnits(account="account-of-a", class_id="TMU", quantity_t=5, until_s=DAY)
    ),
    "unfreeze 3 5": held(unfreeze=t.FreezeUnits(hold=3, quantity_t=5)),
    "label best SCOPE_ACTIVITY A": t.SetLabel(
        program=P, operation=t.ADD_LABEL, label="best", scope=t.SCOPE_ACTIVITY, target="A"
    ),
    "unlabel best LOT --ranges KZ:1-7": t.SetLabel(
        program=P,
        operation=t.REMOVE_LABEL,
        label="best",
        scope=t.SCOPE_LOT,
        ranges=[one_range(1, 7)],
    ),
    "sell 5 --class TMU --price 800 --currency EUR --until 2026-02-01": order(t.SELL),
    "buy 5 --class TMU --price 800 --currency EUR --until 2026-02-01 --min-fill 2": order(
        t.BUY, min_fill_t=2
    ),
    "place-order --side BUY": t.PlaceOrder(program=P, side=t.BUY, account="me"),
    "fill-order --order 3": t.FillOrder(order=3, account="me"),
    "fill 3 5 --payment-hash sha256-text:x": t.FillOrder(
        order=3, quantity_t=5, account="me", payment_hash=HASH
    ),
    "confirm-fill 3 1": t.Decide(fill=FILL, verdict=t.YES),
    "refuse-fill 3 1 unpaid": t.Decide(fill=FILL, verdict=t.NO, reason="unpaid"),
    "withdraw-order 3": t.Withdraw(order=3),
    "withdraw-fill 3 1": t.Withdraw(fill=FILL),
    "decide 4 NO --codes 4003@KZ:1-7+KZ:9-9,17": t.Decide(
        proposal=4,
        verdict=t.NO,
        codes=[
            t.ResponseCode(code=4003, ranges=[one_range(1, 7), one_range(9, 9)]),
            t.ResponseCode(code=17),
        ],
    ),
    "approve 4": t.Decide(proposal=4, verdict=t.YES),
    "reject 4 why": t.Decide(proposal=4, verdict=t.NO, reason="why"),
    "withdraw 4": t.Withdraw(proposal=4),
}
POLICY = {"put-program", "amend-program", "put-validators"}  # below, and with the program's tests


@pytest.mark.parametrize("line", MADE)
def test_a_command_makes_just_this_action(line: str) -> None:
    assert make(line) == MADE[line]


def test_every_command_is_made_here() -> None:
    assert {line.split()[0] for line in MADE} | POLICY == set(verbs.COMMANDS)


def test_every_command_has_its_heading_and_no_flag_that_sending_takes() -> None:
    taken = set()
    for option in tx.AsOption, tx.WithOption, tx.OutOption, tx.MemoOption, tx.LaneOption:
        taken |= {word.strip("-") for word in get_args(option)[1].param_decls}
    taken |= {"home", "node", "chain-id", "output", "yes", "offline", "dry-run", "sequence"}
    taken |= {"generate-only", "valid-s", "genesis-hash", "help"}
    for command in verbs.COMMANDS.values():
        assert command.group in GROUPS
        fields = {item.name.replace("_", "-") for item in command.kind.fields}
        assert not taken & {*command.shape.aliases, *fields}, command.name


# ---- programs ----


def test_a_program_is_amended_row_by_row() -> None:
    line = (
        "amend-program params.fill-confirm-s=60 status=REPEALED params.baseline-months=12 "
        "links.by-decision.requires=DECISION --effective-from 2026-02-01"
    )
    found = make(line.replace("--effective-from", "--from")).program
    before = Desk().in_force(P)
    assert (found.version, found.effective_from_s) == (before.version + 1, DAY)
    assert found.params.fill_confirm_s == 60
    assert found.status == t.REPEALED
    assert list(found.params.baseline_months) == [12]
    assert [list(row.requires) for row in found.links if row.id == "by-decision"] == [["DECISION"]]
    found.version, found.effective_from_s = before.version, before.effective_from_s
    for mine, theirs in ((found.params, before.params), (found.links[1], before.links[1])):
        mine.CopyFrom(theirs)
    found.status = before.status
    assert found == before


def test_a_program_comes_from_a_file() -> None:
    found = make("put-program ipci.toml --version 2 --from 2026-02-01").program
    assert (found.id, found.version, found.effective_from_s) == (P, 2, DAY)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("put-program", "which file?"),
        ("put-program broken.toml", "broken.toml"),
        ("put-validators", "which file?"),
        ("amend-program", "what changes?"),
        ("amend-program colour=red", "no field 'colour'"),
        ("amend-program links.cdm.requires=X", "0 rows of links are called 'cdm'"),
        ("amend-program links.CDM=5", "names no single value"),
        ("amend-program links.by-decision.classes.CER.ours=X", "have no name"),
        ("amend-program params=5", "names no single value"),
        ("amend-program params.fill-confirm-s.x=5", "names no single value"),
        ("amend-program params.fill-confirm-s=soon", "not a whole number"),
        ("amend-program links.by-decision=5", "names no single value"),
        ("decide 4 NO --codes 4003@junk", "CODE@SPACE:START-END"),
        ("decide 4 NO --codes junk", "not a whole number"),
    ],
)
def test_what_cannot_be_meant_is_refused_with_a_way_out(line: str, said: str) -> None:
    assert said in fault(line)
