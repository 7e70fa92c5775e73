"""PutAccount: organisations and accounts are opened and changed (S0-9, S0-67).

Must not know: units. Invariant: an account always has persons enough to meet its own number of
signatures, every key
is proven by its owner, and a key stands once in an account.
"""

from collections.abc import Iterator

from abci_app.actions import shape
from abci_app.core import ids, keys, signing, workdays
from abci_app.core.codes import Code, refuse
from abci_app.core.limits import (
    KEY_BYTES,
    KEYS_PER_ACCOUNT_MAX,
    NAME_BYTES_MAX,
    ORGANISATION_ACCOUNTS_MAX,
    TRUSTED_MAX,
)
from abci_app.engine import approvals, seats
from abci_app.engine.context import Tx
from abci_app.state.policies import HOLDING_CODES, Rules
from abci_app.state.schema import ACCOUNTS, ORGANISATIONS
from abci_app.store.kv import prefix_stop
from tonne.v1 import events_pb2 as e
from tonne.v1.state_pb2 import NO_OBJECTION, Account, Key, Organisation, Trusted
from tonne.v1.tx_pb2 import (
    ACCOUNT_CLOSED,
    ACCOUNT_OPEN,
    APPROVE,
    HOLDING,
    INITIATE,
    ORG,
    ORGANISATION_ACTIVE,
    ORGANISATION_CLOSED,
    SYSTEM,
    AccountChange,
    AccountStatus,
    HolderKind,
    KeyGrant,
    KeyRight,
    OrganisationChange,
    OrganisationStatus,
    PutAccount,
)


def check(msg: PutAccount) -> None:
    """Refuse a message whose shape is wrong."""
    ids.need_id(msg.program, "program")
    part = msg.WhichOneof("subject")
    shape.need(part, "subject", "organisation or account is missing")
    if part == "organisation":
        _check_organisation(msg.organisation)
    else:
        _check_account(msg.account)


def _check_organisation(change: OrganisationChange) -> None:
    ids.need_id(change.id, "organisation.id")
    if change.HasField("name"):
        ids.need_text(change.name, "organisation.name", NAME_BYTES_MAX, empty=False)
    if change.HasField("country"):
        shape.need(ids.is_country(change.country), "organisation.country", "two capital letters")
    if change.HasField("kyc_hash"):
        shape.digest(change.kyc_hash, "organisation.kyc_hash")
    shape.time(change.kyc_expires_s, "organisation.kyc_expires_s")
    if change.HasField("status"):
        shape.known(OrganisationStatus, change.status, "organisation.status")


def _check_account(change: AccountChange) -> None:
    shape.account(change.id, "account.id")
    if change.HasField("organisation"):
        ids.need_id(change.organisation, "account.organisation")
    if change.HasField("name"):
        ids.need_text(change.name, "account.name", NAME_BYTES_MAX, empty=False)
    if change.HasField("holder_kind"):
        shape.known(HolderKind, change.holder_kind, "account.holder_kind")
        shape.need(change.holder_kind != SYSTEM, "account.holder_kind", "SYSTEM is the chain's own")
    if change.category:
        ids.need_id(change.category, "account.category")
    shape.need(len(change.add_keys) <= KEYS_PER_ACCOUNT_MAX, "account.add_keys")
    for grant in change.add_keys:
        shape.need(len(grant.key) == KEY_BYTES, "account.add_keys.key", "must be 32 bytes")
        ids.need_id(grant.person, "account.add_keys.person")
        shape.need(grant.rights, "account.add_keys.rights")
        for right in grant.rights:
            shape.known(KeyRight, right, "account.add_keys.rights")
        shape.ascending(list(grant.rights), "account.add_keys.rights")
    shape.need(len(change.remove_keys) <= KEYS_PER_ACCOUNT_MAX, "account.remove_keys")
    for field in ("min_initiate", "min_approve"):
        shape.need(getattr(change, field) <= KEYS_PER_ACCOUNT_MAX, f"account.{field}")
    if change.HasField("status"):
        shape.known(AccountStatus, change.status, "account.status")
    for field in ("add_trusted", "remove_trusted"):
        names = list(getattr(change, field))
        shape.need(len(names) <= TRUSTED_MAX, f"account.{field}", f"more than {TRUSTED_MAX}")
        for name in names:
            shape.account(name, f"account.{field}")
        shape.ascending(names, f"account.{field}")


def cost(msg: PutAccount) -> int:
    """Return the static cost: a record, and a verification a key."""
    return 4 + 8 * len(msg.account.add_keys)


def execute(tx: Tx, msg: PutAccount) -> None:
    """Open or change an organisation or an account; in a program that is not active, too.

    In this order, of an organisation: PROGRAM_UNKNOWN, RULE_MISSING, ROLE_MISSING, ORG_STATUS,
    ROLE_SCOPE, REC_SCHEMA, KYC_EXPIRED. Of an account: PROGRAM_UNKNOWN, ACC_ID, ORG_UNKNOWN,
    ACC_STATUS, ACC_EXISTS, ROLE_SCOPE, RULE_MISSING, ROLE_MISSING, ORG_STATUS, KYC_EXPIRED,
    UNTRUSTED, KEY_POLICY.
    """
    rules = tx.block.rules(msg.program)
    if msg.WhichOneof("subject") == "organisation":
        _put_organisation(tx, rules, msg.organisation)
    else:
        _put_account(tx, rules, msg.account)


def _authorise(tx: Tx, rules: Rules, organisation: str) -> None:
    """Find the program's row for the signer; a holder acts for his own organisation only."""
    rows = rules.approvals.get("PUT_ACCOUNT", ())
    if not rows:
        refuse(Code.RULE_MISSING, "PUT_ACCOUNT")
    own = tx.signer.organisation == organisation
    for row in rows:
        owner = tx.signer.account if own else ""
        if seats.may_sign(tx, rules, row.signer, "", owner):
            approvals.require(tx, rules, row)
            return
    refuse(Code.ROLE_MISSING, f"{tx.signer.account} may not open or change this")


def _put_organisation(tx: Tx, rules: Rules, change: OrganisationChange) -> None:
    before = ORGANISATIONS.get(tx.overlay, change.id)
    _authorise(tx, rules, change.id)
    organisation = before or Organisation(id=change.id, status=ORGANISATION_ACTIVE)
    if before is not None:
        if before.status == ORGANISATION_CLOSED:
            refuse(Code.ORG_STATUS, change.id)
        _need_within_reach(tx, rules, change)
    for field in ("name", "country", "kyc_hash", "kyc_expires_s", "status"):
        if change.HasField(field):
            setattr(organisation, field, getattr(change, field))
    if not (organisation.name and organisation.country):
        refuse(Code.REC_SCHEMA, "organisation: name and country are needed to open it")
    stated = change.HasField("kyc_expires_s") or organisation.status == ORGANISATION_ACTIVE
    if stated and organisation.kyc_expires_s and organisation.kyc_expires_s <= tx.now:
        refuse(Code.KYC_EXPIRED, change.id)
    ORGANISATIONS.put(tx.overlay, organisation)
    tx.emit(e.Event(organisation_put=e.OrganisationPut(id=change.id, status=organisation.status)))


def _need_consent(tx: Tx, organisation: str) -> None:
    """Refuse to open a further account of an organisation without the signature of one of its own.

    Else an operator alone could put a key of his into any organisation.
    """
    signed = [party.organisation for party in tx.signers]
    if organisation not in signed and any(True for _ in _accounts_of(tx, organisation)):
        refuse(Code.ROLE_MISSING, f"an account of {organisation} must sign for another one")


def _accounts_of(tx: Tx, organisation: str) -> Iterator[str]:
    prefix = keys.account_by_organisation_prefix(organisation)
    for row, _ in tx.overlay.scan(prefix, prefix_stop(prefix)):
        yield row[len(prefix) + 1 :].decode()


def _need_within_reach(tx: Tx, rules: Rules, change: OrganisationChange) -> None:
    """Refuse an act on an organisation of other programs, or of one that governs this one.

    Closing it is for good, so nothing of it may be left open.
    """
    for count, account_id in enumerate(_accounts_of(tx, change.id)):
        account = tx.account(account_id)
        if count >= ORGANISATION_ACCOUNTS_MAX or (
            tx.signer.organisation != change.id and account.program != rules.program.id
        ):
            refuse(Code.ROLE_SCOPE, f"{change.id} is not of {rules.program.id} alone")
        if tx.signer.organisation != change.id:
            _need_ungoverning(tx, rules, account_id)
        if change.status == ORGANISATION_CLOSED and account.status != ACCOUNT_CLOSED:
            refuse(Code.ORG_STATUS, f"{account_id} of {change.id} is not closed")


def _need_ungoverning(tx: Tx, rules: Rules, account: str) -> None:
    """Refuse an act on an account whose seat appoints others, or whose silence is consent.

    That is its grantor's matter: else who may suspend accounts could silence who objects.
    """
    grantors = [grant.by for role in rules.program.roles for grant in role.grants]
    guarded = [*grantors, *_objectors(rules)]
    for seat in seats.of_account(tx.overlay, account):
        if seat.role in guarded and seats.live(seat, tx.now):
            refuse(Code.ROLE_SCOPE, f"{account} holds a seat that appoints others or objects")


def _objectors(rules: Rules) -> list[int]:
    """Return the roles whose silence lets something pass."""
    program = rules.program
    rows: tuple[approvals.Consent, ...] = (
        *program.move_rules,
        *program.convert_rules,
        *program.approval_rules,
        *program.workflow_rules,
        *program.links,
        *program.labels,
    )
    silent = [row for row in rows if row.mode == NO_OBJECTION]
    return [quorum.role for row in silent for quorum in row.approvals]


_FIELDS = (
    "name",
    "holder_kind",
    "category",
    "min_initiate",
    "min_approve",
    "tx_limit_t",
    "market_access",
    "status",
    "refuses_units",
)


def _need_active(tx: Tx, name: str) -> None:
    """Refuse a new account of an organisation that may not act."""
    if tx.organisation(name).status != ORGANISATION_ACTIVE:
        refuse(Code.ORG_STATUS, name)


def _need_kyc(tx: Tx, name: str) -> None:
    """Refuse more rights for an organisation whose identification is out of date."""
    organisation = tx.organisation(name)
    if organisation.kyc_expires_s and organisation.kyc_expires_s <= tx.now:
        refuse(Code.KYC_EXPIRED, name)


def _put_account(tx: Tx, rules: Rules, change: AccountChange) -> None:
    before = ACCOUNTS.get(tx.overlay, change.id)
    if before is None:
        account = _opened(tx, rules, change)
    else:
        account = before
        if account.program != rules.program.id:
            refuse(Code.ACC_ID, f"{change.id} belongs to {account.program}")
        if account.holder_kind == SYSTEM or account.status == ACCOUNT_CLOSED:
            refuse(Code.ACC_STATUS, change.id)
        if change.HasField("organisation") and change.organisation != account.organisation:
            refuse(Code.ACC_EXISTS, f"{change.id} belongs to {account.organisation}")
        if tx.signer.account != account.id and (_changes_keys(change) or _changes_trust(change)):
            refuse(Code.ROLE_MISSING, f"keys and trust of {change.id} are its own to change")
        if tx.signer.organisation != account.organisation:
            _need_ungoverning(tx, rules, account.id)
    fields = [name for name in _FIELDS if change.HasField(name)]
    if before is None or fields or _changes_keys(change) or not _changes_trust(change):
        _authorise(tx, rules, account.organisation)
    if before is None:
        _need_active(tx, account.organisation)
    opens = change.HasField("status") and change.status == ACCOUNT_OPEN != account.status
    if before is None or opens or change.add_keys or change.add_trusted:
        _need_kyc(tx, account.organisation)
    for field in fields:
        setattr(account, field, getattr(change, field))
    if change.HasField("status") and change.status == ACCOUNT_CLOSED:
        _need_closable(tx, account)
    _change_trust(tx, rules, account, change)
    _change_keys(tx, account, change)
    _check_keys(account)
    if before is None:
        _need_consent(tx, account.organisation)
    ACCOUNTS.put(tx.overlay, account)
    put = e.AccountPut(id=account.id, organisation=account.organisation, status=account.status)
    tx.emit(e.Event(account_put=put))


def _changes_keys(change: AccountChange) -> bool:
    """Tell whether a change touches who may sign: with that, an operator alone could take units."""
    return bool(
        change.add_keys
        or change.remove_keys
        or change.HasField("min_initiate")
        or change.HasField("min_approve")
    )


def _opened(tx: Tx, rules: Rules, change: AccountChange) -> Account:
    """Return a new account: its id must carry a registry code of the program and a holding code."""
    parts = ids.parse_account_id(change.id)
    if parts.registry not in rules.program.registry_codes or parts.code not in HOLDING_CODES:
        codes = "/".join(rules.program.registry_codes)
        refuse(Code.ACC_ID, f"{change.id}: needs {codes} and type 100, 120 or 121")
    organisation = tx.organisation(change.organisation)
    return Account(
        id=change.id,
        organisation=organisation.id,
        program=rules.program.id,
        name=organisation.name,
        kind=HOLDING,
        code=parts.code,
        holder_kind=ORG,
        min_initiate=1,
        status=ACCOUNT_OPEN,
        opened_s=tx.now,
    )


def _need_closable(tx: Tx, account: Account) -> None:
    """Refuse to close an account with units (held ones too), a duty, or an open order."""
    if account.owed_t:
        refuse(Code.ACC_STATUS, f"{account.id} owes {account.owed_t} t of a period that is over")
    for what, prefix in (
        ("holds units", keys.holding_prefix(account.id)),
        ("owes what a notice asks for", keys.notice_by_debtor_prefix(account.id)),
        ("has an open order or fill", keys.market_by_account_prefix(account.id)),
    ):
        if any(True for _ in tx.overlay.scan(prefix, prefix_stop(prefix))):
            refuse(Code.ACC_STATUS, f"{account.id} still {what}")


# ---- whom it trusts ----


def _changes_trust(change: AccountChange) -> bool:
    return bool(change.add_trusted or change.remove_trusted or change.HasField("allow_untrusted"))


def _change_trust(tx: Tx, rules: Rules, account: Account, change: AccountChange) -> None:
    """Trust less at once; more by the program's row TRUST, after its working days (D8)."""
    kept = {row.account: row for row in account.trusted}
    for name in change.remove_trusted:
        if kept.pop(name, None) is None:
            refuse(Code.UNTRUSTED, f"{account.id} does not trust {name}")
    more = change.HasField("allow_untrusted") and change.allow_untrusted and account.no_untrusted
    if change.add_trusted or more:
        _need_trust_row(tx, rules, account)
    if change.add_trusted:
        active_from_s = _trusted_from(tx, rules)
        for name in change.add_trusted:
            if tx.account(name).program != account.program or name == account.id:
                refuse(Code.ACC_ID, f"{name} is no other account of {account.program}")
            if name in kept:
                refuse(Code.ACC_EXISTS, f"{account.id} trusts {name} already")
            kept[name] = Trusted(account=name, active_from_s=active_from_s)
    if len(kept) > TRUSTED_MAX:
        refuse(Code.ACC_STATUS, f"{account.id} trusts more than {TRUSTED_MAX} accounts")
    del account.trusted[:]
    account.trusted.extend(kept[name] for name in sorted(kept))
    if change.HasField("allow_untrusted"):
        account.no_untrusted = not change.allow_untrusted


def _need_trust_row(tx: Tx, rules: Rules, account: Account) -> None:
    rows = rules.approvals.get("TRUST", ())
    if not rows:
        refuse(Code.RULE_MISSING, "TRUST")
    seats.need(tx, rules, rows[0].signer, "", account.id)
    approvals.require(tx, rules, rows[0])


def _trusted_from(tx: Tx, rules: Rules) -> int:
    """Return from when a new trust counts: noon of the program's nth working day, or now."""
    params = rules.program.params
    if not params.trust_working_days:
        return tx.now
    place, noon_s = rules.workdays(params.trust_calendar)
    return workdays.nth_working_day(place, tx.now, params.trust_working_days, noon_s)


def _change_keys(tx: Tx, account: Account, change: AccountChange) -> None:
    kept = {row.key: row for row in account.keys}
    for key in change.remove_keys:
        if kept.pop(key, None) is None:
            refuse(Code.KEY_POLICY, f"{key.hex()[:16]} is not a key of {account.id}")
    for grant in change.add_keys:
        if grant.key in kept:
            refuse(Code.KEY_POLICY, f"{grant.key.hex()[:16]} stands in {account.id} already")
        _check_possession(tx, account.id, grant)
        kept[grant.key] = Key(key=grant.key, person=grant.person, rights=grant.rights)
    del account.keys[:]
    account.keys.extend(kept[key] for key in sorted(kept))


def _check_possession(tx: Tx, account: str, grant: KeyGrant) -> None:
    if not signing.is_key(grant.key):
        refuse(Code.KEY_POLICY, f"{grant.key.hex()[:16]} is not a key of prime order")
    message = signing.possession_bytes(tx.block.chain_id, account, grant.key)
    if not signing.verify(grant.key, grant.proof, message):
        refuse(Code.KEY_POLICY, f"{grant.key.hex()[:16]}: the proof of possession does not hold")


def _check_keys(account: Account) -> None:
    """KEY_POLICY unless distinct persons can give the signatures that the account asks for."""
    if len(account.keys) > KEYS_PER_ACCOUNT_MAX or not account.min_initiate:
        refuse(Code.KEY_POLICY, f"1 to {KEYS_PER_ACCOUNT_MAX} keys, and somebody who initiates")
    rights: dict[str, list[int]] = {}
    for row in account.keys:
        rights.setdefault(row.person, []).extend(row.rights)
    initiators = sum(1 for held in rights.values() if INITIATE in held)
    approvers = sum(1 for held in rights.values() if APPROVE in held)
    signers = sum(1 for held in rights.values() if INITIATE in held or APPROVE in held)
    if (
        initiators < account.min_initiate
        or approvers < account.min_approve
        or signers < account.min_initiate + account.min_approve
    ):
        refuse(Code.KEY_POLICY, f"{account.id}: too few persons for its number of signatures")
