"""Measures tonne: `parts` inside the application, `chain` behind the real engine.

It must not know how either is measured. Every figure is a median and stands beside a unit of the
same run, because two machines, or two hours of one, differ more than two versions do. Ctrl-C ends
a measurement and leaves no process and no file behind.
"""

import argparse
import json
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
INTERRUPTED = 130


def main(arguments: list[str] | None = None) -> int:
    """Run one measurement: 0 done, 1 not possible here, 130 interrupted."""
    options = _options().parse_args(arguments)
    sys.path[:0] = [str(ROOT), str(ROOT / "proto")]
    try:
        return _parts(options) if options.command == "parts" else _chain(options)
    except KeyboardInterrupt:
        print("interrupted; nothing is left running", file=sys.stderr)
        return INTERRUPTED


def _options() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    parts = commands.add_parser("parts", help="microseconds of one transfer, in this process")
    parts.add_argument("--lots", type=int, help="lots in the first state (100000)")
    parts.add_argument("--accounts", type=int, help="accounts that send (200)")
    parts.add_argument("--organisations", type=int, help="organisations that own them (40)")
    parts.add_argument("--block", type=int, help="transfers a block (1000)")
    parts.add_argument("--rounds", type=int, help="rounds whose median is told (5)")
    parts.add_argument(
        "--profile", action="store_true", help="profile one FinalizeBlock instead, by function"
    )
    chain = commands.add_parser("chain", help="committed transfers a second, behind the engine")
    chain.add_argument(
        "--validators", type=int, action="append", help="nodes of a network; repeated (1 and 4)"
    )
    chain.add_argument("--lots", type=int, help="lots in the first state (10000)")
    chain.add_argument("--transfers", type=int, help="transfers of a round (20000)")
    chain.add_argument("--rounds", type=int, help="rounds whose median is told (3)")
    chain.add_argument("--rate", type=int, help="transfers a second for the latency (200)")
    chain.add_argument("--seconds", type=int, help="how long latency is measured (20)")
    for command in (parts, chain):
        command.add_argument(
            "--quick", action="store_true", help="a smoke run: figures mean little"
        )
        command.add_argument("--json", action="store_true", help="JSON instead of a table")
        command.add_argument("--dir", type=Path, help="where to put temporary state (the system's)")
    return parser


def _parts(options: argparse.Namespace) -> int:
    from scripts import bench_parts

    scale = _scaled(bench_parts.QUICK if options.quick else bench_parts.Scale(), options)
    if options.profile:
        print(bench_parts.profile(scale, options.dir))
        return 0
    found = bench_parts.measure(scale, options.dir, _say)
    print(json.dumps(found.as_json(), indent=2) if options.json else "\n".join(found.lines()))
    return 0


def _chain(options: argparse.Namespace) -> int:
    from node.engine.toolchain import EngineError
    from node.home import HomeFault
    from node.testnet import TestnetFault
    from scripts import bench_chain

    scale = _scaled(bench_chain.QUICK if options.quick else bench_chain.Scale(), options)
    try:
        found = bench_chain.measure(scale, options.dir, _say)
    except (bench_chain.BenchFault, EngineError, HomeFault, TestnetFault) as fault:
        print(f"not measured: {fault}", file=sys.stderr)
        return 1
    print(json.dumps(found.as_json(), indent=2) if options.json else "\n".join(found.lines()))
    return 0


def _scaled(scale: Any, options: argparse.Namespace) -> Any:  # noqa: ANN401 - either one's Scale
    """Return a scale with what the command line says otherwise."""
    given = {name: getattr(options, name, None) for name in vars(scale)}
    return replace(scale, **{name: value for name, value in given.items() if value is not None})


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
