"""The words of the transaction commands: the action that each makes, and how its words are read.

Must not know: what an action means. Invariant: a command is a row of WRITTEN; its flags are fields
of the action.
"""

from dataclasses import dataclass
from typing import cast

from google.protobuf.descriptor import Descriptor

from node.cli import txargs
from node.cli.txargs import Shape
from tonne.v1.tx_pb2 import AccountKind, Action, PutRecord


@dataclass(frozen=True)
class Command:
    """One command: the action it makes and how its words are read."""

    name: str
    arm: str
    summary: str
    shape: Shape = txargs.PLAIN
    sink: int = 0  # the sink that units go to when no account is named
    market: bool = False  # it is about an order or a fill, whatever its action

    @property
    def kind(self) -> Descriptor:
        """Return the descriptor of the action's message."""
        return cast("Descriptor", Action.DESCRIPTOR.fields_by_name[self.arm].message_type)

    @property
    def group(self) -> str:
        """Return the heading under which the help shows it."""
        arm = "place_order" if self.market else self.arm
        return next(name for name, arms in GROUPS.items() if arm in arms)


# Headings of the help, in the order in which a newcomer needs them, and the actions under each.
GROUPS = {
    "Units: transfer, use, withdraw": ("move",),
    "Consent: what waits for others": ("decide", "withdraw"),
    "Market": ("place_order", "fill_order"),
    "Units: issue, convert, lock, label": ("issue", "convert", "hold", "label"),
    "Records and evidence": ("put_record", "transition", "attest", "anchor"),
    "Accounts and seats": ("put_account", "accredit"),
    "Policy": ("put_policy",),
}
ENVELOPES = "Envelopes and files"

_MOVE = {
    "class": "class-id",
    "quantity": "quantity-t",
    "from": "from-account",
    "to": "to-account",
}
_RETIRE = {**_MOVE, "beneficiary": "beneficiary.name", "country": "beneficiary.country"}
_ACCOUNT = {
    name: f"account.{name}"
    for name in ("organisation", "name", "category", "tx-limit-t", "market-access", "holder-kind")
}
_ORGANISATION = {
    "name": "organisation.name",
    "country": "organisation.country",
    "kyc": "organisation.kyc-hash",
}


def _record_flags(kind: str) -> dict[str, str]:
    """Return a short flag for every field of a kind of record."""
    fields = PutRecord.DESCRIPTOR.fields_by_name[kind].message_type.fields
    names = [field.name.replace("_", "-") for field in fields]
    return {name.removesuffix("-t").removesuffix("-s"): f"{kind}.{name}" for name in names}


def _units(change: str) -> dict[str, str]:
    """Return the short flags of units that are frozen or freed."""
    return {
        "ranges": f"{change}.ranges",
        "until": f"{change}.until-s",
        "max-lots": f"{change}.max-lots",
    }


_SEAT = ("role", "subject")
_RECORDS = {
    "methodology": "a methodology",
    "activity": "a project, a commitment, an installation or another activity",
    "issuance": "a request for a registry of units",
    "footprint": "the footprint of a product",
    "obligation": "what an account or a party is obliged to",
    "authorization": "an authorization of a party",
}
_ATTEST = {
    "from": "period-from-s",
    "to": "period-to-s",
    "valid-until": "valid-until-s",
    "quantity": "quantity-t",
    "baseline": "numbers.baseline-t",
    "actual-baseline": "numbers.actual-baseline-t",
    "baseline-months": "numbers.baseline-months",
    "project": "numbers.project-t",
    "leakage": "numbers.leakage-t",
    "deduction": "numbers.deduction-t",
    "new-sources": "numbers.new-source-t",
    "net": "numbers.net-t",
}
_CAP = {"party": "cap.party", "period": "cap.period", "lulucf": "cap.lulucf", "to": "to-account"}
_IMPORT = {
    "to": "to-account",
    "period": "external.period",
    "activity": "external.activity",
    "valid-until": "external.valid-until-s",
    "exclusion": "external.exclusion",
    "statement": "external.statement",
    "decision": "external.decision",
    "lulucf": "external.lulucf",
    "track": "external.track",
}
_RETURN = {"to": "to-account", "exclusion": "returned.exclusion"}
_PLEDGE = {
    "class": "place.class-id",
    "account": "place.account",
    "to": "place.controller",
    "until": "place.release-at-s",
    "claim-to": "place.claim-to",
    "ranges": "place.ranges",
    "max-lots": "place.max-lots",
}
_ORDER = {
    "class": "class-id",
    "price": "price-minor",
    "until": "expires-s",
    "min-fill": "min-fill-t",
}

_FROM = {"from": "program.effective-from-s", "version": "program.version"}

WRITTEN = (
    Command("put-policy", "put_policy", "Decide on validators, parameters or rules of the chain."),
    Command(
        "put-program",
        "put_policy",
        "Decide on a new version of a program, as a file: FILE.toml [--from DATE].",
        Shape((), _FROM),
    ),
    Command(
        "put-validators",
        "put_policy",
        "Decide on the validators, all of them, as a file: FILE.toml [--from DATE].",
        Shape((), {"from": "effective-from-s"}),
    ),
    Command(
        "amend-program",
        "put_policy",
        "Decide on the version in force with changes: PATH=VALUE ... [--from DATE].",
        Shape((), _FROM),
    ),
    Command("put-account", "put_account", "Open or change an organisation or an account."),
    Command(
        "open-organisation",
        "put_account",
        "Open an organisation: ID --name N --country CC.",
        Shape(("organisation.id",), _ORGANISATION, {"organisation.status": "ACTIVE"}),
    ),
    Command(
        "open-account",
        "put_account",
        "Open an account for a key: KEY-NAME --number N --organisation ID --name N.",
        Shape((), {"id": "account.id", **_ACCOUNT}, {"account.min-initiate": "1"}),
    ),
    Command("accredit", "accredit", "Grant, suspend, reinstate or revoke a seat."),
    *(
        Command(word, "accredit", text, Shape(_SEAT, {}, {"operation": word}))
        for word, text in (
            ("grant", "Grant a seat: ROLE ACCOUNT [--list ACL]."),
            ("suspend", "Suspend a seat: ROLE ACCOUNT [--list ACL]."),
            ("reinstate", "Reinstate a suspended seat: ROLE ACCOUNT [--list ACL]."),
            ("revoke", "Revoke a seat for good: ROLE ACCOUNT [--list ACL]."),
        )
    ),
    Command("anchor", "anchor", "Record the hash of a document beside a record."),
    Command("put-record", "put_record", "File a record of any kind, or amend a draft."),
    *(
        Command(
            f"file-{kind}", "put_record", f"File {text}: ID.", Shape(("id",), _record_flags(kind))
        )
        for kind, text in _RECORDS.items()
    ),
    Command(
        "file-notice",
        "put_record",
        "File a notice: ID KIND --debtor ACCOUNT --quantity N.",
        Shape(("id", "notice.kind"), _record_flags("notice")),
    ),
    Command(
        "transition",
        "transition",
        "Move a record to another state: KIND/ID STATE.",
        Shape(("record", "to-state")),
    ),
    Command(
        "attest",
        "attest",
        "Sign a statement: ID KIND --activity ID --from DATE --to DATE ...",
        Shape(("id", "kind"), _ATTEST),
    ),
    Command(
        "issue",
        "issue",
        "Issue units under an approved cap: QUANTITY --issuance ID --to ACCOUNT --vintage YEAR.",
        Shape(
            ("quantity-t",),
            {"quantity": "quantity-t", "to": "to-account", "issuance": "issuance"},
        ),
    ),
    Command(
        "issue-under-cap",
        "issue",
        "Issue units of a class under a cap of the policy: QUANTITY CLASS --party CC --period P.",
        Shape(("quantity-t", "cap.class-id"), _CAP),
    ),
    Command(
        "import",
        "issue",
        "Take in units that another registry has excluded: LINK CLASS SERIALS --to ACCOUNT.",
        Shape(("external.link", "external.class-id", "external.serials"), _IMPORT),
    ),
    Command(
        "take-back",
        "issue",
        "Take back units that left over a link: LINK SERIALS --to ACCOUNT.",
        Shape(("returned.link", "returned.serials"), _RETURN),
    ),
    Command("move", "move", "Move units between accounts.", Shape((), _MOVE)),
    Command(
        "transfer",
        "move",
        "Transfer units to another holder: QUANTITY --class C --to ACCOUNT.",
        Shape(("quantity-t", "to-account"), _MOVE),
    ),
    Command(
        "retire",
        "move",
        "Retire units for good: QUANTITY --class C --purpose P --beneficiary NAME.",
        Shape(("quantity-t",), _RETIRE),
        AccountKind.RETIRE,
    ),
    Command(
        "surrender",
        "move",
        "Surrender units for an obligation: QUANTITY --class C --obligation ID --beneficiary NAME.",
        Shape(("quantity-t",), _RETIRE, {"purpose": "COMPLIANCE"}),
        AccountKind.SURRENDER,
    ),
    Command(
        "cancel",
        "move",
        "Take units out of circulation: QUANTITY --class C [--code CODE] [--notice ID].",
        Shape(("quantity-t",), _MOVE),
        AccountKind.CANCEL,
    ),
    Command(
        "replace",
        "move",
        "Replace units that lose their validity: QUANTITY --class C --code CODE --notice ID.",
        Shape(("quantity-t",), _MOVE),
        AccountKind.REPLACE,
    ),
    Command(
        "export",
        "move",
        "Send units to another registry: QUANTITY --class C --code LINK --external-account ID.",
        Shape(("quantity-t",), _MOVE),
        AccountKind.EXPORT,
    ),
    Command(
        "convert",
        "convert",
        "Convert units by a rule of the program: RULE QUANTITY --class C.",
        Shape(("rule", "quantity-t"), {"class": "class-id", "quantity": "quantity-t"}),
    ),
    Command("hold", "hold", "Place, extend or release a hold; freeze or unfreeze units."),
    Command(
        "pledge",
        "hold",
        "Pledge units to another account: QUANTITY --class C --to ACCOUNT --until DATE.",
        Shape(("place.quantity-t",), _PLEDGE, {"place.kind": "PLEDGE"}),
    ),
    Command(
        "reserve",
        "hold",
        "Put an issuer's units in reserve: QUANTITY --class C --account ACCOUNT --until DATE.",
        Shape(("place.quantity-t",), _PLEDGE, {"place.kind": "RESERVE"}),
    ),
    Command(
        "extend-hold",
        "hold",
        "Extend a hold: HOLD DATE.",
        Shape(("extend.hold", "extend.release-at-s")),
    ),
    Command(
        "release-hold",
        "hold",
        "Release a hold, whole or in part: HOLD [QUANTITY].",
        Shape(("release.hold", "release.quantity-t")),
    ),
    Command(
        "freeze",
        "hold",
        "Freeze units by order: ACCOUNT CLASS QUANTITY, or --ranges [--until DATE].",
        Shape(("freeze.account", "freeze.class-id", "freeze.quantity-t"), _units("freeze")),
    ),
    Command(
        "unfreeze",
        "hold",
        "Lift an order to freeze, whole or in part: HOLD [QUANTITY], or --ranges.",
        Shape(("unfreeze.hold", "unfreeze.quantity-t"), _units("unfreeze")),
    ),
    *(
        Command(
            word,
            "label",
            f"{text}: LABEL SCOPE [TARGET].",
            Shape(("label", "scope", "target"), {}, {"operation": operation}),
        )
        for word, operation, text in (
            ("label", "ADD_LABEL", "Give a label"),
            ("unlabel", "REMOVE_LABEL", "Take a label away"),
        )
    ),
    *(
        Command(
            word,
            "place_order",
            f"{text}: QUANTITY --class C --price MINOR --currency EUR --until DATE.",
            Shape(("quantity-t",), _ORDER, {"side": side}),
        )
        for word, side, text in (
            ("sell", "SELL", "Offer units for sale"),
            ("buy", "BUY", "Ask for units"),
        )
    ),
    Command("place-order", "place_order", "Place an order to sell or to buy."),
    Command("fill-order", "fill_order", "Take an order, whole or in part."),
    Command(
        "fill",
        "fill_order",
        "Take an order, whole or in part: ORDER QUANTITY --payment-hash HASH.",
        Shape(("order", "quantity-t")),
    ),
    *(
        Command(
            word,
            "decide",
            f"{text}: ORDER FILL [REASON].",
            Shape(("fill.order", "fill.fill", "reason"), {}, {"verdict": verdict}),
            market=True,
        )
        for word, verdict, text in (
            ("confirm-fill", "YES", "Confirm that a fill is paid"),
            ("refuse-fill", "NO", "Say that a fill is not paid"),
        )
    ),
    Command(
        "withdraw-order",
        "withdraw",
        "Take back one's own order: ORDER [REASON].",
        Shape(("order", "reason")),
        market=True,
    ),
    Command(
        "withdraw-fill",
        "withdraw",
        "Take back one's own fill: ORDER FILL [REASON].",
        Shape(("fill.order", "fill.fill", "reason")),
        market=True,
    ),
    Command(
        "decide", "decide", "Decide on a proposal: PROPOSAL YES|NO.", Shape(("proposal", "verdict"))
    ),
    Command(
        "approve",
        "decide",
        "Say yes to a proposal: PROPOSAL [REASON].",
        Shape(("proposal", "reason"), {}, {"verdict": "YES"}),
    ),
    Command(
        "reject",
        "decide",
        "Say no to a proposal: PROPOSAL REASON.",
        Shape(("proposal", "reason"), {}, {"verdict": "NO"}),
    ),
    Command(
        "withdraw",
        "withdraw",
        "Take back one's own proposal: PROPOSAL [REASON].",
        Shape(("proposal", "reason")),
    ),
)
