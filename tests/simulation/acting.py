"""Makers of what is done with units, by people, and by consent.

Must not know: the real registry. Invariant: most of what is made is fine.
"""

from hashlib import sha256

from tests import acts
from tests.simulation.dice import Dice
from tests.simulation.knowing import HASH, YEAR
from tests.simulation.real import Draft
from tonne.v1 import policy_pb2 as p
from tonne.v1 import state_pb2 as s
from tonne.v1 import tx_pb2 as t

DAY = 86_400
UNITS_MAX = 2_000


def issue(dice: Dice) -> Draft | None:
    ways = [_issuance]
    if any(rec.state == "APPROVED" for rec in dice.records(t.ISSUANCE)):
        ways += [_issuance] * 6
    if dice.rules.periods:
        ways += [_cap, _cap]
    if dice.rules.links:
        ways += [_import]
        if any(
            dice.world.accounts[unit.account].kind == t.EXPORT for unit in dice.world.units.values()
        ) or dice.chance(5):
            ways += [_return]
    return dice.one(ways)(dice)


def _row(dice: Dice, class_id: str) -> p.ApprovalRule | None:
    return next(
        (
            row
            for row in dice.rules.approval_rules
            if row.action == "ISSUE" and row.subject in ("", class_id)
        ),
        None,
    )


def _issuance(dice: Dice) -> Draft | None:
    rows = [rec for rec in dice.records(t.ISSUANCE) if rec.state == "APPROVED"]
    if not rows or dice.chance(8):
        rows = dice.records(t.ISSUANCE)
    if not rows or len(dice.world.units) > UNITS_MAX:
        return None
    rec = dice.one(rows)
    left = max(1, rec.f["approved_cap_t"] - rec.f["issued_t"])
    act = t.Issue(
        program=dice.program,
        issuance=rec.id,
        quantity_t=dice.one((9, max(1, left // 2), left, left + 1)),
        vintage=2024,
    )
    years = [2026] + [
        st.message.period_from_s // YEAR + 1970
        for st in dice.world.statements.values()
        if st.program == dice.program and st.id in rec.f["statements"] and st.message.period_from_s
    ]
    if dice.chance(95):
        act.vintage = dice.one(years)
    row = _row(dice, rec.f["class_id"])
    signer = dice.whoever(row.signer if row else t.AUDITOR, acl=rec.f["list"])
    return dice.draft(signer, [t.Action(issue=act)], [row] if row else [], maker="issue", agree=75)


def _cap(dice: Dice) -> Draft | None:
    if len(dice.world.units) > UNITS_MAX:
        return None
    rules = dice.rules
    capped = [
        row
        for row in rules.approval_rules
        if row.action == "ISSUE" and any(word.startswith("CAP_") for word in row.checks)
    ]
    row = dice.one(capped) if capped else _row(dice, dice.class_id())
    class_id = (row.subject if row else "") or dice.class_id()
    act = t.Issue(program=dice.program, quantity_t=dice.one((30, 100, 300, 901)))
    act.cap.class_id, act.cap.period = class_id, dice.one(list(rules.periods)).code
    if rules.periods and dice.chance(70):
        act.cap.period = rules.periods[0].code
    if rules.parties:
        act.cap.party = dice.one(list(rules.parties)).iso2
    if row and "CAP_INVENTORY" in row.checks:
        act.cap.lulucf = dice.number(1, 3)
    act.to_account = _state(dice)
    signer = dice.whoever(row.signer if row else t.OPERATOR)
    return dice.draft(signer, [t.Action(issue=act)], [row] if row else [], maker="issue")


def _state(dice: Dice) -> str:
    rows = [acc.id for acc in dice.accounts() if acc.holder_kind == t.GOVERNMENT]
    return dice.one(rows) if rows and dice.chance(92) else dice.anybody()


def _import(dice: Dice) -> Draft | None:
    if len(dice.world.units) > UNITS_MAX:
        return None
    link = dice.one(list(dice.rules.links))
    start = dice.number(1, 400)
    end = start + dice.number(0, 40)
    act = t.Issue(
        program=dice.program, quantity_t=end - start + 1, to_account=dice.one(dice.holders())
    )
    ext = act.external
    ext.link, ext.class_id = link.id, dice.one([row.theirs for row in link.classes] or ["X"])
    ext.serials.CopyFrom(t.SerialRange(space="EXT", start=start, end=end))
    ext.exclusion = HASH
    ext.decision = HASH
    if dice.rules.periods:
        ext.period = dice.one(list(dice.rules.periods)).code
    ours = next((row.ours for row in link.classes if row.theirs == ext.class_id), "")
    unit = next((row for row in dice.rules.classes if row.id == ours), None)
    if unit is not None and unit.expiry_mode in (p.EXPIRE, p.REASSURE):
        ext.valid_until_s = dice.world.now + 6 * YEAR
    if not dice.rules.periods:
        act.vintage = 2024
    conform = [
        st.id
        for st in dice.world.statements.values()
        if st.program == dice.program and st.kind == t.CONFORMITY
    ]
    if conform:
        ext.statement = dice.one(conform)
    signer = dice.whoever(link.signer, acl=link.id)
    proof = acts.anchor("EXCLUSION_PROOF" if dice.chance(95) else "METHODOLOGY", None)
    proof.anchor.program, proof.anchor.hash = dice.program, dice.random.randbytes(32)
    actions = []
    if link.requires and dice.chance(90):
        ext.exclusion = proof.anchor.hash
        ext.decision = proof.anchor.hash
        actions.append(proof)
        if "DECISION" in link.requires and dice.chance(90):
            more = t.Action()
            more.CopyFrom(proof)
            more.anchor.kind = "DECISION"
            actions.append(more)
    actions.append(t.Action(issue=act))
    return dice.draft(signer, actions, [link], acl=link.id, maker="issue")


def _return(dice: Dice) -> Draft | None:
    outs = [
        key
        for key, unit in dice.world.units.items()
        if unit.program == dice.program and dice.world.accounts[unit.account].kind == t.EXPORT
    ]
    link = dice.one(list(dice.rules.links))
    act = t.Issue(program=dice.program, to_account=dice.one(dice.holders()))
    span = t.SerialRange(space="X", start=1, end=2)
    if outs:
        space, start = dice.one(outs)
        name = dice.world.accounts[dice.world.units[space, start].account].link
        link = next((row for row in dice.rules.links if row.id == name), link)
        span = t.SerialRange(space=space, start=start, end=start + dice.one((0, 0, 3)))
    act.quantity_t = span.end - span.start + 1
    act.returned.link = link.id
    act.returned.serials.append(span)
    proof = acts.anchor("EXCLUSION_PROOF" if dice.chance(95) else "METHODOLOGY", None)
    proof.anchor.program, proof.anchor.hash = dice.program, dice.random.randbytes(32)
    act.returned.exclusion = proof.anchor.hash
    signer = dice.whoever(link.signer, acl=link.id)
    proven = bool(link.requires) and dice.chance(90)
    actions = [proof, t.Action(issue=act)] if proven else [t.Action(issue=act)]
    return dice.draft(signer, actions, [link], acl=link.id, maker="issue")


# ---- movements ----


def move(dice: Dice) -> Draft | None:
    rows = list(dice.rules.move_rules)
    rule = dice.one(rows)
    account, class_id = dice.owner()
    sources = list(dice.accounts(rule.from_kind))
    if rule.from_kind != t.HOLDING and sources:
        account = dice.one(sources).id
    if rule.from_holders and dice.chance(80):
        fit = sorted(
            {
                (u.account, u.class_id)
                for u in dice.world.units.values()
                if u.program == dice.program
                and dice.world.accounts[u.account].holder_kind in rule.from_holders
            }
        )
        if fit:
            account, class_id = dice.one(fit)
    act = t.Move(program=dice.program, class_id=class_id, from_account=account)
    targets = [
        acc.id
        for acc in dice.accounts(rule.to_kind)
        if rule.to_code in (0, acc.code)
        and acc.id != account
        and (rule.to_kind != t.HOLDING or acc.id in dice.holders() or dice.chance(10))
    ]
    act.to_account = dice.one(targets) if targets and dice.chance(97) else dice.anybody()
    dice.amount(act, account, class_id)
    act.max_lots = dice.one((0, 0, 12, 12, 1))
    if dice.chance(96):
        _wants(dice, rule, act)
    signer = dice.whoever(rule.signer, account)
    actions = [t.Action(move=act)]
    if rule.to_kind == t.HOLDING and dice.chance(10):  # and on it goes, in one envelope
        onward = t.Move()
        onward.CopyFrom(act)
        onward.from_account, onward.to_account = act.to_account, dice.one(dice.holders())
        actions.append(t.Action(signer_index=1, move=onward))
        if signer == act.to_account:
            return None
        return Draft((signer, act.to_account), tuple(actions), "move")
    return dice.draft(signer, actions, [rule], maker="move")


def _wants(dice: Dice, rule: p.MoveRule, act: t.Move) -> None:
    if "PURPOSE" in rule.requires or rule.purposes:
        act.purpose = dice.one(list(rule.purposes) or [t.VOLUNTARY, t.COMPLIANCE])
    if "BENEFICIARY" in rule.requires:
        act.beneficiary.name = "X"
    if "EXTERNAL_ACCOUNT" in rule.requires:
        act.external_account = "JP-100-1-0-11"
    if "NOTICE" in rule.requires or (rule.to_kind == t.CANCEL and dice.chance(60)):
        fulfilling(dice, act)
    if "OBLIGATION" in rule.requires:
        act.obligation = dice.record(t.OBLIGATION)
    if "FOOTPRINT" in rule.requires or t.FOOTPRINT_OFFSET in rule.purposes:
        rows = [rec for rec in dice.records(t.FOOTPRINT) if rec.state == "PUBLISHED"]
        if rows:
            rec = dice.one(rows)
            act.footprint = rec.id
            act.purpose = t.FOOTPRINT_OFFSET
            act.receipt_hash = sha256(bytes((dice.number(1, 30),))).digest()
            q = dice.number(1, 12)
            act.items = max(1, q * 1_000_000 // rec.f["g_co2e_per_unit"])
            act.ClearField("ranges")
            act.quantity_t = q + dice.one((0, 0, 0, 1))
            act.over_offset = dice.chance(20)


def fulfilling(dice: Dice, act: t.Move) -> None:
    """Quote a duty that is open, and its debtor's units."""
    open_ones = [
        rec
        for rec in dice.records(t.NOTICE)
        if rec.state in ("OPEN", "INCOMPLETE", "REVISED", "OVERDUE")
    ]
    if not open_ones or dice.chance(3):
        return
    rec = dice.one(open_ones)
    act.notice = rec.id
    act.max_lots = 32  # frozen lots of other duties are passed on the way, and counted
    rule = next(rule for rule in dice.rules.notice_rules if rule.kind == rec.f["kind"])
    if dice.chance(90):
        act.from_account = rec.f["debtor"]
        about = dice.world.records.get((dice.program, t.ISSUANCE, rec.f["issuance"]))
        if about is not None:
            act.class_id = about.f["class_id"]
        elif rec.f["classes"]:
            act.class_id = dice.one(list(rec.f["classes"]))
        sinks = (
            [acc.id for acc in dice.accounts(rule.sink_kind) if rule.sink_code in (0, acc.code)]
            if rule.sink_kind
            else []
        )
        if sinks:
            act.to_account = dice.one(sinks)
        act.ClearField("ranges")
        left = max(1, rec.f["quantity_t"] - rec.f["fulfilled_t"])
        act.quantity_t = dice.one((1, left, max(1, left // 2), left + 1))


def convert(dice: Dice) -> Draft | None:
    rows = list(dice.rules.convert_rules)
    if not rows:
        return None
    rule = dice.one(rows)
    owners = sorted(
        {
            unit.account
            for unit in dice.world.units.values()
            if unit.program == dice.program
            and unit.class_id == rule.from_class
            and dice.world.accounts[unit.account].kind == t.HOLDING
        }
    )
    account = dice.one(owners) if owners and dice.chance(95) else dice.anybody()
    act = t.Convert(
        program=dice.program,
        rule=rule.name if dice.chance(98) else "alchemy",
        class_id=rule.from_class if dice.chance(97) else dice.class_id(),
        account=account,
        max_lots=dice.one((0, 12)),
    )
    dice.amount(act, account, act.class_id)
    if rule.kind == p.CLASS_CHANGE and dice.chance(95):
        act.activity = dice.record(t.ACTIVITY)
    if rule.kind == p.EXPIRY_CHANGE:
        act.valid_until_s = dice.world.now + dice.one((-1, 1, 5)) * YEAR
    if "NOTICE" in rule.requires:
        act.notice = dice.record(t.NOTICE)
    signer = dice.whoever(rule.signer, account)
    return dice.draft(signer, [t.Action(convert=act)], [rule], maker="convert")


def hold(dice: Dice) -> Draft | None:
    act = t.HoldUnits(program=dice.program, reason="By order")
    account, class_id = dice.owner()
    signer = dice.whoever(t.HOLDER, account)
    change = dice.one(("place", "place", "extend", "release", "release", "freeze", "unfreeze"))
    live = [
        lock
        for lock in dice.world.holds.values()
        if lock.status == s.HOLD_ACTIVE and lock.program == dice.program
    ]
    subject = "PLEDGE"
    if change == "place":
        place = act.place
        place.kind, place.account, place.class_id = t.PLEDGE, account, class_id
        if dice.chance(15):
            place.kind, subject = t.RESERVE, "RESERVE"
        dice.amount(place, account, class_id)
        if place.kind == t.PLEDGE:
            others = [name for name in dice.holders() if name != account]
            place.controller = dice.one(others) if dice.chance(98) else account
            place.claim_to[:] = dice.one(([], [t.HOLDING], [t.RETIRE, t.CANCEL]))
        if place.kind == t.RESERVE or dice.chance(60):
            place.release_at_s = dice.world.now + dice.number(1, 400) * DAY
    elif change in ("extend", "release"):
        subject = "EXTEND" if change == "extend" else "RELEASE"
        able = [lock for lock in live if lock.kind in (t.PLEDGE, t.RESERVE)]
        lock = dice.one(able) if able else None
        number = lock.id if lock and dice.chance(97) else 10**6
        if lock and lock.controller:
            signer = lock.controller if dice.chance(85) else signer
        if change == "extend":
            act.extend.hold = number
            later = (lock.release_at_s if lock else 0) or dice.world.now
            act.extend.release_at_s = max(1, later + dice.one((-20, 10, 100)) * DAY)
            if lock and dice.chance(30):
                subject = "SHORTEN"
        else:
            act.release.hold = number
            act.release.quantity_t = dice.one((0, 0, 1, 5))
    elif change == "freeze":
        subject = "FREEZE"
        act.freeze.account, act.freeze.class_id = account, class_id
        dice.amount(act.freeze, account, class_id)
        if dice.chance(70):
            act.freeze.until_s = dice.world.now + dice.one((1, 20, 400)) * DAY
    else:
        subject = "UNFREEZE"
        able = [lock for lock in live if lock.kind == t.FREEZE]
        lock = dice.one(able) if able else None
        act.unfreeze.hold = lock.id if lock and dice.chance(97) else 10**6
        if dice.chance(30):
            act.unfreeze.quantity_t = dice.number(1, 9)
    rows = [
        row
        for row in dice.rules.approval_rules
        if row.action == "HOLD" and row.subject in ("", subject)
    ]
    if rows and rows[0].signer != t.HOLDER:
        signer = dice.whoever(rows[0].signer)
    return dice.draft(signer, [t.Action(hold=act)], rows[:1], maker="hold")


def label(dice: Dice) -> Draft | None:
    act = t.SetLabel(
        program=dice.program,
        label="gold",
        scope=t.SCOPE_LOT,
        operation=dice.one((t.ADD_LABEL, t.ADD_LABEL, t.REMOVE_LABEL)),
    )
    signer, rows = dice.anybody(), list(dice.rules.labels)
    if rows:
        found = dice.one(rows)
        act.label = found.id if dice.chance(97) else "gold"
        act.scope = dice.one(list(found.scopes)) if dice.chance(95) else t.SCOPE_PROGRAM
        signer = dice.whoever(found.signer)
    if act.scope == t.SCOPE_LOT:
        act.ranges.extend(dice.ranges(*dice.owner()))
    elif act.scope in (t.SCOPE_ACTIVITY, t.SCOPE_METHODOLOGY):
        act.target = dice.record(t.ACTIVITY if act.scope == t.SCOPE_ACTIVITY else t.METHODOLOGY)
    elif act.scope == t.SCOPE_CATEGORY:
        act.target = dice.one([row.id for row in dice.rules.categories] or ["energy"])
    act.reason = "Because"
    return dice.draft(signer, [t.Action(label=act)], rows[:1], maker="label")
