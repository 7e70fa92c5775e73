"""Reads of what the whole law keeps: cancellations, orders, imports, caps, labels, validators.

Must not know: the engine of blocks or gRPC. Invariant: as of `queries`: a read changes nothing and
is bounded.
"""

from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any

from google.protobuf.message import Message

from abci_app.core import keys, u64
from abci_app.core.codes import Code, refuse
from abci_app.core.limits import BPS, INBOX_ROWS_MAX
from abci_app.engine import labels, reserve
from abci_app.queries.sight import Sight, decoded, one, page, single
from abci_app.state import lots, policies, schema
from abci_app.state.policies import Rules
from abci_app.store.kv import Reader, prefix_stop
from tonne.v1 import service_pb2 as q
from tonne.v1 import state_pb2 as s
from tonne.v1.tx_pb2 import EXPORT, FOOTPRINT


def get_cancellation(sight: Sight, r: q.GetCancellationRequest) -> Message:
    """Return a cancellation."""
    found = one(sight, schema.CANCELLATIONS, r.at, Code.UNIT_UNKNOWN, r.id)
    return single(q.CancellationReply(), "cancellation", found)


def get_order(sight: Sight, r: q.GetOrderRequest) -> Message:
    """Return an order."""
    found = one(sight, schema.ORDERS, r.at, Code.ORDER_UNKNOWN, r.id)
    return single(q.OrderReply(), "order", found)


def get_fill(sight: Sight, r: q.GetFillRequest) -> Message:
    """Return a fill of an order."""
    found = one(sight, schema.FILLS, r.at, Code.FILL_UNKNOWN, r.order, r.fill)
    return single(q.FillReply(), "fill", found)


def get_import(sight: Sight, r: q.GetImportRequest) -> Message:
    """Return an import: which serials of the other registry which of this chain are."""
    found = one(sight, schema.IMPORTS, r.at, Code.UNIT_UNKNOWN, r.id)
    return single(q.ImportReply(), "imported", found)


def get_link_total(sight: Sight, r: q.GetLinkTotalRequest) -> Message:
    """Return what a link has carried, and beside it what its account and the proposals hold."""
    rules = sight.block.rules(r.program)
    found = one(sight, schema.LINK_TOTALS, r.at, Code.OK, r.program, r.link)
    if found[0] is None:
        rules.link(r.link)  # one that nothing has passed yet
    reply = single(q.LinkTotalReply(), "total", found)
    sinks = [
        policies.sink_id(rules.program, sink)
        for sink in rules.program.sinks
        if sink.kind == EXPORT and sink.link == r.link
    ]
    for account in sinks:
        for holding in schema.HOLDINGS.all(sight.reader, keys.holding_prefix(account)):
            reply.balance_t += holding.free_t
    waiting = islice(_exports(sight.reader, rules), INBOX_ROWS_MAX)
    for number in sorted(dict.fromkeys(waiting)):
        proposal = schema.PROPOSALS.need(sight.reader, Code.PROPOSAL_UNKNOWN, number)
        for row in proposal.pinned:
            action = proposal.actions[row.action_index]
            if action.move.program == r.program and action.move.to_account in sinks:
                reply.pending_t += sum(item.end - item.start + 1 for item in row.ranges)
    return reply


def _exports(reader: Reader, rules: Rules) -> Iterator[int]:
    """Yield the proposals that wait for somebody who must agree to exports."""
    rows = [rule for rule in rules.program.move_rules if rule.to_kind == EXPORT]
    for role in sorted(dict.fromkeys(need.role for rule in rows for need in rule.approvals)):
        prefix = keys.inbox_prefix(rules.program.id, role)
        for key, _ in reader.scan(prefix, prefix_stop(prefix)):
            yield int.from_bytes(key[-8:], "big")


def get_cap_record(sight: Sight, r: q.GetCapRecordRequest) -> Message:
    """Return what counts against a cap of the policy."""
    fields = (r.program, r.class_id, r.party, r.period)
    found = one(sight, schema.CAP_RECORDS, r.at, Code.PERIOD_UNKNOWN, *fields)
    return single(q.CapRecordReply(), "cap", found)


def get_validators(sight: Sight, r: q.GetValidatorsRequest) -> Message:
    """Return the validator set in force, and what is decided and still to come."""
    found = one(sight, schema.VALIDATORS, r.at, Code.OK)
    reply = single(q.ValidatorsReply(), "validators", found)
    reply.scheduled.extend(schema.SCHEDULED.all(sight.reader))
    return reply


def get_footprint_report(sight: Sight, r: q.GetFootprintReportRequest) -> Message:
    """Return how much of the footprint of the items sold is offset (S0-80).

    Kilograms and tonnes of the items are rounded up, the share is rounded down.
    """
    record = schema.RECORDS.need(sight.reader, Code.REC_REF, r.program, FOOTPRINT, r.id)
    footprint = record.footprint
    grams = r.items_sold * footprint.g_co2e_per_unit
    declared_t = u64.ceil_div(grams, 1_000_000)
    if declared_t >= 1 << 63:
        refuse(Code.QUANTITY_OVERFLOW, f"{r.items_sold} items")
    share = min(footprint.offset_t * BPS // declared_t, (1 << 32) - 1) if declared_t else 0
    return q.FootprintReport(
        declared_kg=u64.ceil_div(grams, 1_000),
        declared_t=declared_t,
        offset_items=footprint.items,
        offset_t=footprint.offset_t,
        offset_bps=share,
        height=sight.height,
    )


def get_reserve(sight: Sight, r: q.GetReserveRequest) -> Message:
    """Return the reserve that a party must keep in a period, what counts, and what may leave."""
    rules = sight.block.rules(r.program)
    rules.period(r.period)
    if r.party not in rules.parties:
        refuse(Code.PERIOD_UNKNOWN, f"{r.program} has no party {r.party[:8]!r}")
    required = reserve.required(rules, r.party, r.period)
    held = reserve.held(sight.reader, rules, r.period)
    return q.ReserveReply(
        required_t=required,
        holdings_t=held,
        headroom_t=max(0, held - required),
        height=sight.height,
    )


def get_labels(sight: Sight, r: q.GetLabelsRequest) -> Message:
    """Return the labels that a unit carries now: given to it, and following from its origin."""
    lot = lots.at(sight.reader, r.space, r.serial) if r.serial else None
    if lot is None:
        refuse(Code.UNIT_UNKNOWN, f"{r.space[:64]}:{r.serial}")
    rules = sight.block.rules(lot.program)
    carried = labels.carried(sight.reader, rules, lot, sight.block.time_s)
    derived = [name for name in carried if name not in lot.labels]
    return q.LabelsReply(given=lot.labels, derived=derived, height=sight.height)


# ---- lists ----


def list_cancellations(sight: Sight, r: q.ListCancellationsRequest) -> Message:
    """List all cancellations, by number."""
    found, cursor = decoded(sight, r.page, bytes((keys.Table.CANCELLATION,)), s.Cancellation)
    return q.CancellationPage(cancellations=found, cursor=cursor, height=sight.height)


def list_orders(sight: Sight, r: q.ListOrdersRequest) -> Message:
    """List the open orders of a class and side, best price first; or all orders, by number."""
    if not r.program:
        found, cursor = decoded(sight, r.page, bytes((keys.Table.ORDER,)), s.Order)
        return q.OrderPage(orders=found, cursor=cursor, height=sight.height)
    if not r.side:
        refuse(Code.ACTION_SHAPE, "side: SELL or BUY")
    prefix = keys.order_book_prefix(r.program, r.class_id, r.side)
    rows, cursor = page(sight, r.page, prefix)
    numbers = [int.from_bytes(row[-8:], "big") for row, _ in rows]
    found = [schema.ORDERS.need(sight.reader, Code.ORDER_UNKNOWN, number) for number in numbers]
    return q.OrderPage(orders=found, cursor=cursor, height=sight.height)


def list_fills(sight: Sight, r: q.ListFillsRequest) -> Message:
    """List the fills of an order, by number."""
    found, cursor = decoded(sight, r.page, keys.fill_prefix(r.order), s.Fill)
    return q.FillPage(fills=found, cursor=cursor, height=sight.height)


def list_imports(sight: Sight, r: q.ListImportsRequest) -> Message:
    """List all imports, by number."""
    found, cursor = decoded(sight, r.page, bytes((keys.Table.IMPORT,)), s.Import)
    return q.ImportPage(imports=found, cursor=cursor, height=sight.height)


def list_holds(sight: Sight, r: q.ListHoldsRequest) -> Message:
    """List all holds, by number."""
    found, cursor = decoded(sight, r.page, bytes((keys.Table.HOLD,)), s.Hold)
    return q.HoldPage(holds=found, cursor=cursor, height=sight.height)


def list_labels(sight: Sight, r: q.ListLabelsRequest) -> Message:
    """List every grant of every label of a program."""
    found, cursor = decoded(
        sight, r.page, bytes((keys.Table.LABEL,)) + keys.text(r.program), s.LabelGrant
    )
    return q.LabelPage(labels=found, cursor=cursor, height=sight.height)


LAW_QUERIES: dict[str, tuple[type[Message], Callable[[Sight, Any], Message]]] = {
    "GetCancellation": (q.GetCancellationRequest, get_cancellation),
    "GetOrder": (q.GetOrderRequest, get_order),
    "GetFill": (q.GetFillRequest, get_fill),
    "GetImport": (q.GetImportRequest, get_import),
    "GetLinkTotal": (q.GetLinkTotalRequest, get_link_total),
    "GetCapRecord": (q.GetCapRecordRequest, get_cap_record),
    "GetValidators": (q.GetValidatorsRequest, get_validators),
    "GetReserve": (q.GetReserveRequest, get_reserve),
    "GetLabels": (q.GetLabelsRequest, get_labels),
    "GetFootprintReport": (q.GetFootprintReportRequest, get_footprint_report),
    "ListCancellations": (q.ListCancellationsRequest, list_cancellations),
    "ListOrders": (q.ListOrdersRequest, list_orders),
    "ListFills": (q.ListFillsRequest, list_fills),
    "ListImports": (q.ListImportsRequest, list_imports),
    "ListHolds": (q.ListHoldsRequest, list_holds),
    "ListLabels": (q.ListLabelsRequest, list_labels),
}
