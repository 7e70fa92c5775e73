"""Organisations, accounts, keys and seats: what is refused, each with its code."""

from collections.abc import Sequence
from typing import Any

import pytest

from abci_app.core import ids, signing
from abci_app.core.codes import Code
from abci_app.selfcheck import SMALL_ORDER_KEYS
from tests import acts
from tests.actions.refusal import (
    Case,
    doing,
    joint,
    units,
    user_is,
)
from tests.acts import YEAR
from tests.harness import Chain
from tests.names import account_id, seed
from tonne.v1 import tx_pb2 as t


def key_of(name: str) -> bytes:
    return signing.public_key(seed(name))


def forged(account: str) -> t.KeyGrant:
    grant = acts.grant_of(account_id(account), "x")
    grant.proof = acts.grant_of(account_id("operator"), "x").proof
    return grant


def firm(**changes: Any) -> t.Action:
    return acts.account("firm", "acme", **changes)


def grants(*names: str, rights: Sequence[int] = (1, 2)) -> list[t.KeyGrant]:
    return [acts.grant_of(account_id("firm"), name, rights) for name in names]


PARTIES: dict[str, Case] = {
    "an account that does not exist receives": Case(
        Code.ACC_UNKNOWN, "issuer", acts.move(1, "issuer", "nobody"), units
    ),
    "an account that does not exist gives": Case(
        Code.ACC_UNKNOWN, "issuer", acts.move(1, "nobody", "user"), units
    ),
    "a seat for nobody": Case(Code.ACC_UNKNOWN, "coordinator", acts.accredit("nobody")),
    "an account given to another house": Case(
        Code.ACC_EXISTS, "operator", acts.alter("user", organisation="steel")
    ),
    "closing an account with units": Case(
        Code.ACC_STATUS,
        "operator",
        acts.alter("issuer", status=t.ACCOUNT_CLOSED),
        units,
    ),
    "changing a closed account": Case(
        Code.ACC_STATUS,
        "operator",
        acts.alter("user", name="New"),
        first=user_is(t.ACCOUNT_CLOSED),
    ),
    "changing a sink": Case(Code.ACC_STATUS, "operator", acts.alter("RETIRE", name="Mine")),
    "units for a suspended account": Case(
        Code.ACC_STATUS,
        "issuer",
        acts.move(1, "issuer", "user"),
        units,
        first=user_is(t.ACCOUNT_SUSPENDED),
    ),
    "units of a restricted account": Case(
        Code.ACC_STATUS,
        "issuer",
        acts.move(1, "issuer", "user"),
        units,
        first=doing("operator", acts.alter("issuer", status=t.ACCOUNT_RESTRICTED)),
    ),
    "a seat for a restricted account": Case(
        Code.ACC_STATUS,
        "operator",
        acts.accredit("user", acl="ACL-2"),
        first=user_is(t.ACCOUNT_RESTRICTED),
    ),
    "a seat for a suspended account": Case(
        Code.ACC_STATUS,
        "operator",
        acts.accredit("user", acl="ACL-2"),
        first=user_is(t.ACCOUNT_SUSPENDED),
    ),
    "a record of a restricted account": Case(
        Code.ACC_STATUS, "user", acts.methodology(), first=user_is(t.ACCOUNT_RESTRICTED)
    ),
    "a record of another program's account": Case(
        Code.ACC_STATUS, "consortium-1", acts.methodology()
    ),
    "an issue for a restricted owner": joint(
        Code.ACC_STATUS,
        "auditor",
        acts.issue(1),
        first=doing("operator", acts.alter("issuer", status=t.ACCOUNT_RESTRICTED)),
    ),
    "an account of another registry": Case(Code.ACC_ID, "operator", firm(id="KZ-100-1000001-1-80")),
    "an account with the code of a sink": Case(
        Code.ACC_ID, "operator", firm(id=str(ids.AccountId("XI", 300, 7, 0)))
    ),
    "an account of the chain": Case(
        Code.ACC_ID, "operator", acts.alter("consortium-1", name="Mine")
    ),
    "an account of no house": Case(Code.ORG_UNKNOWN, "operator", acts.account("firm", "nobody")),
    "an account of a suspended house": Case(
        Code.ORG_STATUS,
        "operator",
        firm(),
        first=doing("operator", acts.organisation("acme", status=t.ORGANISATION_SUSPENDED)),
    ),
    "a closed house": Case(
        Code.ORG_STATUS,
        "operator",
        acts.organisation("acme", name="Acme"),
        first=doing(
            "operator",
            acts.alter("user", status=t.ACCOUNT_CLOSED),
            acts.organisation("acme", status=t.ORGANISATION_CLOSED),
        ),
    ),
    "closing a house with an open account": Case(
        Code.ORG_STATUS,
        "operator",
        acts.organisation("acme", status=t.ORGANISATION_CLOSED),
    ),
    "a house that governs the program": Case(
        Code.ROLE_SCOPE,
        "operator",
        acts.organisation("coordination-council", status=t.ORGANISATION_SUSPENDED),
    ),
    "an account that governs the program": Case(
        Code.ROLE_SCOPE, "operator", acts.alter("coordinator", status=t.ACCOUNT_SUSPENDED)
    ),
    "a second account of a house without it": Case(Code.ROLE_MISSING, "operator", firm()),
    "a seat for oneself": Case(
        Code.CONFLICT, "coordinator", acts.accredit("coordinator", t.OPERATOR)
    ),
    **{
        f"small-order key {number}": Case(
            Code.KEY_POLICY,
            "operator",
            firm(
                add_keys=[
                    t.KeyGrant(key=key, person="p", rights=[t.INITIATE, t.APPROVE], proof=bytes(64))
                ]
            ),
        )
        for number, key in enumerate(SMALL_ORDER_KEYS)
    },
    "identification out of date": Case(
        Code.KYC_EXPIRED,
        "operator",
        acts.organisation("acme", kyc_expires_s=YEAR("2026-01-31")),
    ),
    "an account after identification has ended": Case(
        Code.KYC_EXPIRED,
        "operator",
        firm(),
        first=lambda chain: (
            chain.ok("operator", acts.organisation("acme", kyc_expires_s=chain.now + 10)),
            chain.block(at=chain.now + 9),
        ),
    ),
    "a house without a name": Case(
        Code.REC_SCHEMA, "operator", acts.organisation("house", country="NO")
    ),
    "a house without a country": Case(
        Code.REC_SCHEMA, "operator", acts.organisation("house", name="House")
    ),
}

KEYS: dict[str, Case] = {
    "nobody": Case(Code.KEY_POLICY, "operator", firm(add_keys=[])),
    "a proof for another account": Case(
        Code.KEY_POLICY, "operator", firm(add_keys=[forged("firm")])
    ),
    "a key twice": Case(Code.KEY_POLICY, "operator", firm(add_keys=grants("a", "a"))),
    "more approvals than persons": Case(Code.KEY_POLICY, "operator", firm(min_approve=1)),
    "nobody who initiates": Case(
        Code.KEY_POLICY, "operator", firm(add_keys=grants("a", "b", rights=(2,)))
    ),
    "initiation by nobody": Case(Code.KEY_POLICY, "operator", firm(min_initiate=0, min_approve=1)),
    "nobody who approves": Case(
        Code.KEY_POLICY, "operator", firm(add_keys=grants("a", "b", rights=(1,)), min_approve=1)
    ),
    "the last key removed": joint(
        Code.KEY_POLICY,
        "user",
        acts.alter("user", remove_keys=[key_of("user")]),
        stage=Chain.with_parties,
    ),
    "a key removed that is none": joint(
        Code.KEY_POLICY,
        "user",
        acts.alter("user", remove_keys=[key_of("issuer")]),
        stage=Chain.with_parties,
    ),
    "17 keys": joint(
        Code.KEY_POLICY,
        "user",
        acts.alter(
            "user", add_keys=[acts.grant_of(account_id("user"), f"k{n}") for n in range(16)]
        ),
        stage=Chain.with_parties,
    ),
}

ROLES: dict[str, Case] = {
    "a house opened by a holder": Case(Code.ROLE_MISSING, "user", acts.organisation("friends")),
    "an account opened by a holder of another house": Case(Code.ROLE_MISSING, "issuer", firm()),
    "another's account": Case(Code.ROLE_MISSING, "user", acts.alter("issuer", name="Mine")),
    "the keys of another, by the operator": Case(
        Code.ROLE_MISSING, "operator", acts.alter("user", min_approve=0)
    ),
    "another's units": Case(Code.ROLE_MISSING, "user", acts.move(1, "issuer", "user"), units),
    "another's units, by the operator": Case(
        Code.ROLE_MISSING, "operator", acts.move(1, "issuer", "user"), units
    ),
    "a methodology approved by its author": Case(
        Code.ROLE_MISSING,
        "issuer",
        acts.transition(t.METHODOLOGY, "M1", "APPROVED"),
        Chain.with_parties,
        first=doing("issuer", acts.methodology()),
    ),
    "another's activity withdrawn": Case(
        Code.ROLE_MISSING,
        "user",
        acts.transition(t.ACTIVITY, "A1", "WITHDRAWN"),
        first=doing("issuer", acts.methodology(), acts.activity()),
    ),
    "an auditor by an auditor": Case(Code.ROLE_GRANTOR, "auditor", acts.accredit("user")),
    "an auditor by the operator alone": Case(Code.ROLE_GRANTOR, "operator", acts.accredit("user")),
    "a list entry by the coordinator": Case(
        Code.ROLE_GRANTOR, "coordinator", acts.accredit("stranger", acl="ACL-1")
    ),
    "an operator by an operator": Case(
        Code.ROLE_GRANTOR, "operator", acts.accredit("user", t.OPERATOR)
    ),
    "a coordinator by itself": Case(
        Code.ROLE_GRANTOR, "coordinator", acts.accredit("user", t.COORDINATOR)
    ),
    "a role that the program lacks": Case(
        Code.ROLE_SCOPE, "coordinator", acts.accredit("user", t.JISC)
    ),
    "an operator in a list": Case(
        Code.ROLE_SCOPE, "coordinator", acts.accredit("user", t.OPERATOR, acl="ACL-1")
    ),
    "a seat for another program's account": Case(
        Code.ROLE_SCOPE, "coordinator", acts.accredit("consortium-1")
    ),
    "a term without length": Case(
        Code.ROLE_SCOPE,
        "coordinator",
        acts.accredit("user", valid_from_s=YEAR("2027-01-01"), valid_to_s=YEAR("2027-01-01")),
    ),
    "a term that has ended": Case(
        Code.ROLE_SCOPE, "coordinator", acts.accredit("user", valid_to_s=YEAR("2026-01-01"))
    ),
    "a seat granted twice": Case(
        Code.ACCREDITATION_STATUS, "coordinator", acts.accredit("auditor")
    ),
    "a seat suspended that is none": Case(
        Code.ACCREDITATION_STATUS, "coordinator", acts.accredit("user", operation=t.SUSPEND)
    ),
    "a seat reinstated that is live": Case(
        Code.ACCREDITATION_STATUS, "coordinator", acts.accredit("auditor", operation=t.REINSTATE)
    ),
    "a seat suspended twice": Case(
        Code.ACCREDITATION_STATUS,
        "coordinator",
        acts.accredit("auditor", operation=t.SUSPEND),
        first=doing("coordinator", acts.accredit("auditor", operation=t.SUSPEND)),
    ),
    "a seat reinstated after its end": Case(
        Code.ACCREDITATION_STATUS,
        "coordinator",
        acts.accredit("auditor", operation=t.REINSTATE),
        first=doing("coordinator", acts.accredit("auditor", operation=t.REVOKE)),
    ),
}

CASES = {**PARTIES, **KEYS, **ROLES}


@pytest.mark.parametrize("what", CASES)
def test_it_is_refused_with_its_code(what: str) -> None:
    CASES[what].run()
