"""Measures tonne against its targets; docs/benchmarks.md says what each figure means.

It must not know how anything is measured. Figures are medians of rounds that took turns with what
they are compared to, because two machines, or two hours of one, differ more than two versions do.
Ctrl-C ends a measurement and leaves no process and no file behind.
"""

import argparse
import json
import signal
import sys
from collections.abc import Callable
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
INTERRUPTED = 130
DONE, NOT_MEASURED, USAGE = 0, 1, 2

# Command, what it measures, its settings: (name, repeated, text). Defaults stand with the scales.
LOTS = ("lots", False, "lots in the state")
PEOPLE = (
    ("accounts", False, "accounts that send"),
    ("organisations", False, "organisations that own them"),
)
BLOCK = ("block", False, "transfers a block")
ROUNDS = ("rounds", False, "rounds whose median is told")
COMMANDS: dict[str, tuple[str, tuple[tuple[str, bool, str], ...]]] = {
    "parts": ("time of one transfer in the application, in V", (LOTS, *PEOPLE, BLOCK, ROUNDS)),
    "chain": (
        "committed transfers a second beside the engine's Go kvstore; latency",
        (
            ("validators", True, "nodes of a network; repeat for several"),
            LOTS,
            *PEOPLE,
            ("transfers", False, "transfers of a round"),
            ROUNDS,
            ("rate", True, "transfers a second for the latency; repeat for several"),
            ("seconds", False, "how long latency is measured"),
        ),
    ),
    "grow": (
        "cost, memory and disk as the state grows, and as more waits in it",
        (
            ("lots", True, "a size of the state; repeat for several"),
            *PEOPLE,
            BLOCK,
            ROUNDS,
            ("waiting", True, "proposals, holds, notices, orders, each; repeat for several"),
            ("beside", False, "lots beside them"),
            ("acts", False, "acts of a kind in a block"),
        ),
    ),
    "start": ("restart of the app, after a stop and after kill -9", (LOTS, *PEOPLE, BLOCK, ROUNDS)),
    "stream": (
        "SubmitStream through one gateway",
        (("transfers", False, "transfers of a round"), ROUNDS, LOTS, *PEOPLE),
    ),
}


def main(arguments: list[str] | None = None) -> int:
    """Run one measurement: 0 done, 1 not possible here, 2 wrong settings, 130 interrupted."""
    sys.path[:0] = [str(ROOT), str(ROOT / "proto")]
    parser, options = _parsed(arguments)
    signal.signal(signal.SIGTERM, _interrupt)
    try:
        from scripts.bench_state import scale_fault

        scale, measure = _chosen(options)
        sizes = scale.lots if isinstance(scale.lots, tuple) else (scale.lots,)
        for lots in (*sizes, getattr(scale, "beside", sizes[0])):
            fault = scale_fault(lots, scale.accounts, scale.organisations)
            if fault:
                parser.error(fault)
        try:
            if getattr(options, "profile", False):
                print(measure(scale, options.dir, options.states))
                return DONE
            report = measure(scale, options.dir, options.states, _say)
        except _faults() as fault:
            print(f"not measured: {fault}", file=sys.stderr)
            return NOT_MEASURED
    except KeyboardInterrupt:
        print("interrupted: no figures; nothing is left running", file=sys.stderr)
        return INTERRUPTED
    print(json.dumps(report.as_json(), indent=2) if options.json else "\n".join(report.lines()))
    return DONE


def _parsed(arguments: list[str] | None) -> tuple[argparse.ArgumentParser, argparse.Namespace]:
    parser = argparse.ArgumentParser(description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    for name, (text, settings) in COMMANDS.items():
        command = commands.add_parser(name, help=text, description=text)
        for setting, repeated, words in settings:
            action = "append" if repeated else "store"
            command.add_argument(f"--{setting}", type=_count, action=action, help=words)
        if name == "parts":
            command.add_argument(
                "--profile", action="store_true", help="profile one FinalizeBlock, by function"
            )
        command.add_argument(
            "--quick", action="store_true", help="a smoke run: figures mean little"
        )
        command.add_argument("--json", action="store_true", help="JSON instead of a table")
        command.add_argument("--dir", type=Path, help="a folder for temporary files (the system's)")
        command.add_argument(
            "--states", type=Path, help="a folder to keep prepared states in, for further runs"
        )
    return parser, parser.parse_args(arguments)


def _count(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 0 < int(text) <= 10**9:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number from 1 on")
    return int(text)


def _chosen(options: argparse.Namespace) -> tuple[Any, Callable[..., Any]]:
    """Return the scale of a measurement, with what the command line says, and what measures it."""
    from scripts import bench_chain, bench_parts, bench_size, bench_stream

    rows: dict[str, tuple[Any, Any, Callable[..., Any]]] = {
        "parts": (bench_parts.Scale(), bench_parts.QUICK, bench_parts.measure),
        "chain": (bench_chain.Scale(), bench_chain.QUICK, bench_chain.measure),
        "grow": (bench_size.Grow(), bench_size.QUICK_GROW, bench_size.grow),
        "start": (bench_size.Start(), bench_size.QUICK_START, bench_size.start),
        "stream": (bench_stream.Scale(), bench_stream.QUICK, bench_stream.measure),
    }
    scale, quick, measure = rows[options.command]
    if getattr(options, "profile", False):
        measure = bench_parts.profile
    base: Any = quick if options.quick else scale
    given = {field.name: getattr(options, field.name, None) for field in fields(base)}
    told = {
        name: tuple(value) if isinstance(value, list) else value
        for name, value in given.items()
        if value is not None
    }
    return replace(base, **told), measure


def _faults() -> tuple[type[Exception], ...]:
    from abci_app.store.kv import StorageError
    from node.engine.toolchain import EngineError
    from node.home import HomeFault
    from node.testnet import TestnetFault
    from scripts.bench_report import BenchFault

    return BenchFault, EngineError, HomeFault, OSError, StorageError, TestnetFault, TimeoutError


def _interrupt(_number: int, _frame: object) -> None:
    raise KeyboardInterrupt


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
