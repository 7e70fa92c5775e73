"""What a program may not say, part by part: a faultless program with one passage changed."""

import pytest

from abci_app.state import program_check
from abci_app.state.program_toml import Source, TomlFault, read_program
from tests.harness import FOLDER, edited
from tests.lab import LAB

KYOTO = (FOLDER / "programs" / "kyoto_kz.toml").read_text(encoding="utf-8")

GIVEN_BACK = 'from_kind = "SURRENDER"\nto_kind = "HOLDING"\n'
CREDITS = 'name = "credits"\nfrom_kind = "HOLDING"\nto_kind = "HOLDING"\nsigner = "HOLDER"\n'

# passage, its replacement, path, words
FAULTS: list[tuple[str, str, str, str]] = [
    # head, classes, roles, sinks
    ('id = "LAB"\nname = "Lab', 'id = "chain"\nname = "Lab', "id", "the chain's own"),
    ('gwp = "AR6"', 'gwp = "AR7"', "gwp", "must be one of AR2"),
    ('gwp = "AR6"', 'gwp = "AR6"\nrules_document = "ab"', "rules_document", "32 bytes"),
    ('owner_role = "AUTHORITY"', 'owner_role = "COUNCIL"', "owner_role", "lacks"),
    ('"corsia-eligible"]', '"eu-eligible"]', "attributes", "'eu-eligible' is none of"),
    ('["XL"]', '["XL", "XL"]', "registry_codes[1]", "stands there twice"),
    ("PER_ISSUANCE", "PER_ORIGIN", "classes[1].expiry_mode", "assured again by issuance"),
    ('subject = "REASSURANCE"', 'subject = "VALIDATION"', "classes[1].expiry_mode", "REASSURANCE"),
    ("ex_ante = true", "ex_ante = true\ndes_type = 4", "classes[3].des_type", "must be one of"),
    (
        'use = "COMPLIANCE"\nexpiry_mode = "NO_EXPIRY"',
        'use = "COMPLIANCE"\nexpiry_mode = "NO_EXPIRY"\nex_ante = true',
        "classes[0].ex_ante",
        "only a CREDIT",
    ),
    ('by = "CONSORTIUM"', 'by = "OPERATOR"', "roles[0].grants", "does not go back"),
    (
        'grants = [{ by = "OPERATOR", named_list = true }]',
        'grants = [{ by = "OPERATOR", named_list = true }]\nseats_max = 1',
        "roles[5].seats_max",
        "own list",
    ),
    ('link = "twin"', 'link = "other"', "sinks[4].link", "'other' is none"),
    ('name = "Pool"', 'name = "Pool"\nlink = "twin"', "sinks[3].link", "only an EXPORT sink"),
    ('name = "Pool"', 'name = "Pool"\nperiod = 9', "sinks[3].period", "number 9"),
    ("code = 150", "code = 300", "sinks[3].code", "another kind"),
    # movements
    ("reversible_days = 10\n", "", "move_rules[4].from_kind", "reversible_days"),
    (
        'name = "retirement"\n',
        'name = "retirement"\nreversible_days = 3\n',
        "move_rules[6].reversible_days",
        "SURRENDER alone",
    ),
    ('labels = ["authorized", "ccp"]\n', "", "move_rules[5].labels", "goes with the check"),
    ('"ccp"]\n', '"gold"]\n', "move_rules[5].labels", "'gold' is none of"),
    ('delay_calendar = "LAB"', 'delay_calendar = "MOON"', "move_rules[1].delay_calendar", "MOON"),
    ("delay_s = 86_400\n", "delay_s = 86_401\n", "move_rules[1].delay_s", "days of 86400"),
    ('to_kind = "EXPORT"', 'to_kind = "ADAPTATION"', "move_rules[9].to_kind", "no such sink"),
    ('from_kind = "POOL"', 'from_kind = "RETIRE"', "move_rules[8].from_kind", "is final"),
    (
        GIVEN_BACK + 'signer = "OPERATOR"',
        GIVEN_BACK + 'signer = "HOLDER"',
        "move_rules[4].signer",
        "a sink signs nothing",
    ),
    (
        'requires = ["PURPOSE", "BENEFICIARY", "OBLIGATION"]',
        'requires = ["PURPOSE", "BENEFICIARY"]',
        "move_rules[3].checks",
        "OBLIGATION_LIMIT needs OBLIGATION",
    ),
    (
        'checks = ["TRUSTED", "TX_LIMIT"]',
        'checks = ["CPR", "TX_LIMIT"]',
        "move_rules[1].checks",
        "CPR needs parties",
    ),
    ('action = "TRUST"\n', 'action = "HOLD"\n', "move_rules[1].checks", "TRUSTED: no approval"),
    (
        CREDITS,
        CREDITS + 'classes = ["ALW"]\n',
        "move_rules[2]",
        "is never reached: move_rules[1]",
    ),
    # consent
    (
        "window_s = 864_000\napprovals = [\n",
        "approvals = [\n",
        "workflow_rules[4].window_s",
        "1 to",
    ),
    (
        'mode = "NO_OBJECTION"\nwindow_s = 864_000\napprovals = [\n',
        "window_s = 864_000\napprovals = [\n",
        "workflow_rules[4].window_s",
        "only the mode NO_OBJECTION",
    ),
    (
        'window_s = 864_000\napprovals = [{ role = "COMMITTEE", count = 1 }]\n',
        "window_s = 864_000\n",
        "labels[2].approvals",
        "nobody who may object",
    ),
    (
        'side = "B", count = 1 },\n]\n\n[[approval_rules]]',
        'side = "A", count = 1 },\n]\n\n[[approval_rules]]',
        "approval_rules[7].approvals[1]",
        "stands there twice",
    ),
    # other acts
    ('checks = ["CAP_PERIOD"]', 'checks = ["CLAIM_UNIQUE"]', "approval_rules[0].checks", "ATTEST"),
    (
        'checks = ["CAP_PERIOD"]',
        'checks = ["CAP_ASSIGNED_AMOUNT"]',
        "approval_rules[0].checks",
        "no party has an assigned amount",
    ),
    (
        'checks = ["CAP_PERIOD"]',
        'checks = ["CAP_PERIOD", "CAP_INVENTORY"]',
        "approval_rules[0].checks",
        "two caps",
    ),
    ('effects = ["APPROVE_ISSUANCE"]\n', "", "approval_rules[1].checks", "no cap"),
    (
        'subject = "CONFORMITY"',
        'subject = "VERIFICATION"',
        "approval_rules[5]",
        "is never reached: approval_rules[2]",
    ),
    # workflows
    ('subject = "INSTALLATION"', 'subject = "FACTORY"', "workflow_rules[6].subject", "FACTORY"),
    ("comment_s = 864_000\n", "", "workflow_rules[1].comment_s", "OPEN_COMMENTS"),
    ('"PUBLIC_INPUT"]', '"OTHER"]', "workflow_rules[1].effects", "PUBLIC_INPUT"),
    (
        'effects = ["SET_AMOUNT"]',
        'effects = ["SET_CAP"]',
        "workflow_rules[11].effects",
        "this kind",
    ),
    (
        "min_age_s = 864_000\n",
        "min_age_s = 864_000\nmax_age_s = 5\n",
        "workflow_rules[2].max_age_s",
        "below min_age_s",
    ),
    (
        'guards = ["ACTIVITY_REGISTERED"]',
        'guards = ["ACTIVITY_REGISTERED"]\nflags = ["x"]',
        "workflow_rules[7].flags",
        "of which statements",
    ),
    # facts
    ('next = "2027"', 'next = "2028"', "periods[0].next", "'2028' is no period"),
    ("number = 27", "number = 26", "periods[1]", "stands there twice"),
    ("end_s = 1_798_761_600", "end_s = 5", "periods[0].end_s", "after start_s"),
    (
        "true_up_end_s = 1_824_854_400",
        "true_up_end_s = 1_800_000_000",
        "periods[0].true_up",
        "before",
    ),
    ('offset_classes = ["CRD"]', 'offset_classes = ["ALW"]', "obligations.offset_classes", "ALW"),
    ('currency = "EUR"', 'currency = "euro"', "obligations.currency", "three capital letters"),
    ("offset_limit_bps = 500\n", "", "obligations.offset_limit_bps", "goes with"),
    (
        "due_months = 6",
        "due_months = 6\ndue_s = 5",
        "notice_rules[0]",
        "either due_months or due_s",
    ),
    (
        'sink_kind = "CANCEL"\nclasses = ["CRD"]\n',
        "",
        "notice_rules[0].enforcement",
        "asks for no units",
    ),
    (
        'sink_kind = "CANCEL"\nclasses',
        'sink_kind = "REPLACE"\nclasses',
        "notice_rules[0].sink_kind",
        "no such sink",
    ),
    ("contest_s = 864_000", "contest_s = 8_640_000", "notice_rules[1].contest_s", "longer"),
    ('registry = "TW"', 'registry = "XL"', "links[0].registry", "this program's own"),
    ("IMPORT_AND_EXPORT", "IMPORT_ONLY", "links[0].direction", "EXPORT sinks"),
    ('ours = "CRD"', 'ours = "ERU"', "links[0].classes[0].ours", "ERU"),
    (
        'scopes = ["SCOPE_LOT"]',
        'scopes = ["SCOPE_ACTIVITY"]',
        "labels[1].authorization",
        "SCOPE_LOT",
    ),
    ('derivation = "CCP"', 'derivation = "BEST"', "labels[0].derivation", "BEST"),
    ('["CCP_EXCLUDED", "RESTRICTED"]', '["EXCLUDED"]', "categories[2].flags", "EXCLUDED"),
    ("weekend = [5, 6]", "weekend = [6, 5]", "calendars[0].weekend", "ascending"),
    ('"2026-04-03", ', '"2026-04-31", ', "calendars[0].holidays", "no date"),
    (
        "from_s = 0, offset_s = 3_600",
        "from_s = 9, offset_s = 3_600",
        "calendars[0].offsets",
        "0 on",
    ),
    ("offset_s = 7_200", "offset_s = -90_000", "calendars[0].offsets[1].offset_s", "beyond"),
    ("noon_s = 43_200", "noon_s = 86_400", "calendars[0].noon_s", "below"),
    ('trust_calendar = "LAB"', 'trust_calendar = "X"', "params.trust_calendar", "'X' is none of"),
    ("pool_bps_max = 2_000", "pool_bps_max = 20_000", "params.pool_bps_max", "at most 10000"),
    (
        "freeze_s_max = 604_800",
        'freeze_s_max = 1\ncpr_classes = ["X"]',
        "params.cpr_classes",
        "'X'",
    ),
    (
        "freeze_s_max = 604_800",
        "freeze_s_max = 1\nbaseline_months = [7]",
        "params.baseline",
        "years",
    ),
]


@pytest.mark.parametrize("row", FAULTS, ids=lambda row: f"{row[2]} {row[3]}")
def test_it_is_a_fault_at_its_place(row: tuple[str, str, str, str]) -> None:
    old, new, path, words = row
    text = LAB.replace(old, new, 1)
    assert text != LAB, old
    with pytest.raises(TomlFault) as caught:
        read_program(Source("lab.toml", text))
    found = str(caught.value).splitlines()
    hits = [line for line in found if f": {path}" in line and words in line]
    assert hits, found


CONVERSIONS = [
    ("a class that the units have", {"to_class": "AAU", "from_class": "AAU"}, "to_class"),
    ("no kind", {"kind": 0}, "kind"),
    ("a track above two", {"track": 3}, "track"),
    ("a limit for nothing", {"limit_bps": 5}, "limit_bps"),
    ("a barred class that is none", {"origins_barred": ["X"]}, "origins_barred"),
]


@pytest.mark.parametrize(("what", "changes", "path"), CONVERSIONS, ids=lambda row: str(row)[:40])
def test_a_conversion_that_cannot_be(what: str, changes: dict[str, object], path: str) -> None:
    del what
    program = read_program(Source("kyoto", KYOTO))
    index = next(n for n, row in enumerate(program.convert_rules) if row.kind == 1)
    rule = program.convert_rules[index]
    for name, value in changes.items():
        if isinstance(value, list):
            getattr(rule, name)[:] = value
        else:
            setattr(rule, name, value)
    paths = [fault.path for fault in program_check.check(program)]
    assert f"convert_rules[{index}].{path}" in paths, paths


def test_a_row_of_a_nested_table_is_found_by_its_line() -> None:
    text = edited(LAB, ("[params]\n", "[[parties]]\niso2 = 'NO'\niso3 = 'NOR'\n\n[params]\n"))
    text = edited(text, ("\n[params]\n", "\n[[parties.periods]]\nperiod = '1999'\n\n[params]\n"))
    line = text.splitlines().index("period = '1999'") + 1
    with pytest.raises(TomlFault, match=rf"lab.toml:{line}: parties\[0\].periods\[0\].period"):
        read_program(Source("lab.toml", text))
