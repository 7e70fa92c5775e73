"""Changes the code in small ways, one at a time, and asks whether a test notices.

    python scripts/mutate.py                      # 300 mutants of engine and actions
    python scripts/mutate.py --sample 20 --seed 7 abci_app/engine/moves.py
    python scripts/mutate.py --again outcome.json # those that survived, after new tests

It must not know the rules of the registry, and it writes nothing in the work tree but the outcome.
Invariant: the same seed over the same sources takes the same mutants.
"""

import argparse
import difflib
import json
import random
import signal
import sys
import tomllib
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NoReturn

from scripts import mutant_lab, mutants
from scripts.mutant_lab import KILLED, SURVIVED, TIMED_OUT, UNREACHED, Lab, LabError, Outcome
from scripts.mutants import Mutant

ROOT = Path(__file__).resolve().parent.parent
PATHS = ("abci_app/engine", "abci_app/actions")
# The tests that play whole chains inside their own process.
TESTS = (
    "tests/actions",
    "tests/engine",
    "tests/machine",
    "tests/state",
    "tests/node/test_scenario_play.py",
)
EXPLAINED = "scripts/mutants_explained.toml"
EXPLAINED_KEYS = ("path", "function", "source", "before", "after", "why")
SAMPLE = 300
GONE = "explained"  # survived, and the file of explanations says why nothing can notice it


@dataclass
class Report:
    """What became of each mutant of a sample."""

    seed: int
    paths: Sequence[str]
    candidates: int
    explained: dict[tuple[str, ...], str]
    outcomes: list[tuple[Mutant, Outcome]] = field(default_factory=list)

    def verdict(self, mutant: Mutant, outcome: Outcome) -> str:
        """Return killed, timed out, survived, unreached or explained."""
        alive = outcome.what in (SURVIVED, UNREACHED)
        return GONE if alive and mutant.name in self.explained else outcome.what

    def count(self, *verdicts: str) -> int:
        """Return how many mutants ended so."""
        return sum(self.verdict(*row) in verdicts for row in self.outcomes)

    def alive(self) -> list[tuple[Mutant, Outcome]]:
        """Return the survivors that nothing explains, in the order of the text."""
        rows = [r for r in self.outcomes if self.verdict(*r) in (SURVIVED, UNREACHED)]
        return sorted(rows, key=lambda row: (row[0].path, row[0].start, row[0].after))

    def refuted(self) -> list[Mutant]:
        """Return the mutants that are explained and that a test did notice."""
        return [m for m, o in self.outcomes if m.name in self.explained and o.what == KILLED]

    def data(self) -> dict[str, Any]:
        """Return the outcome as JSON carries it."""
        killed, run = self.count(KILLED, TIMED_OUT), len(self.outcomes)
        return {
            "seed": self.seed,
            "paths": list(self.paths),
            "candidates": self.candidates,
            "run": run,
            **{
                name.replace(" ", "_"): self.count(name)
                for name in (KILLED, TIMED_OUT, SURVIVED, UNREACHED, GONE)
            },
            "share_killed": round(killed / run, 4) if run else None,
            "share_killed_or_explained": round((killed + self.count(GONE)) / run, 4)
            if run
            else None,
            "mutants": [
                {
                    "path": mutant.path,
                    "line": mutant.line,
                    "function": mutant.function,
                    "operator": mutant.operator,
                    "source": mutant.source,
                    "before": mutant.before,
                    "after": mutant.after,
                    "verdict": self.verdict(mutant, outcome),
                    "by": outcome.by,
                    "tests": outcome.tests,
                    "seconds": outcome.seconds,
                }
                for mutant, outcome in sorted(
                    self.outcomes, key=lambda row: (row[0].path, row[0].start, row[0].after)
                )
            ],
        }


# ---- which mutants ----


def files(root: Path, paths: Sequence[str]) -> list[str]:
    """Return the Python files of files and folders, without generated ones; LabError."""
    found: dict[str, None] = {}
    for name in paths:
        start = root / name
        if not start.exists():
            raise LabError(f"{name} does not exist")
        for file in [start] if start.is_file() else sorted(start.rglob("*.py")):
            if not file.name.endswith(("_pb2.py", "_pb2_grpc.py")):
                found[file.relative_to(root).as_posix()] = None
    return list(found)


def candidates(root: Path, paths: Sequence[str]) -> list[Mutant]:
    """Return every mutant of files and folders."""
    return [
        mutant
        for name in files(root, paths)
        for mutant in mutants.find(name, (root / name).read_text(encoding="utf-8"))
    ]


def explanations(file: Path) -> dict[tuple[str, ...], str]:
    """Return what is explained, by the name of the mutant; LabError."""
    if not file.is_file():
        return {}
    try:
        rows = tomllib.loads(file.read_text(encoding="utf-8")).get("mutant", [])
    except tomllib.TOMLDecodeError as error:
        raise LabError(f"{file}: {error}") from error
    found: dict[tuple[str, ...], str] = {}
    for number, row in enumerate(rows, 1):
        if sorted(row) != sorted(EXPLAINED_KEYS) or not row["why"]:
            wanted = ", ".join(EXPLAINED_KEYS)
            raise LabError(f"{file}: mutant {number}: it needs just these keys, filled: {wanted}")
        found[tuple(row[key] for key in EXPLAINED_KEYS[:5])] = row["why"]
    return found


def stale(root: Path, explained: dict[tuple[str, ...], str]) -> list[tuple[str, ...]]:
    """Return the explanations of mutants that the sources do not have (any more)."""
    names: dict[tuple[str, ...], None] = {}
    for path in dict.fromkeys(name[0] for name in explained):
        if (root / path).is_file():
            names.update(dict.fromkeys(mutant.name for mutant in candidates(root, [path])))
    return [name for name in explained if name not in names]


# ---- what is said of them ----


def diff(root: Path, mutant: Mutant) -> str:
    """Return what a mutant changes, with two lines around it."""
    source = (root / mutant.path).read_text(encoding="utf-8")
    changed = mutant.apply(source)
    names = (f"{mutant.path} ({mutant.function})", f"mutant: {mutant.operator}")
    return "\n".join(
        difflib.unified_diff(source.split("\n"), changed.split("\n"), *names, n=2, lineterm="")
    )


def to_explain(mutant: Mutant) -> str:
    """Return the block to fill in where nothing can notice the change."""
    texts = zip(EXPLAINED_KEYS, (*mutant.name, ""), strict=True)
    rows = (f"{key} = {json.dumps(text, ensure_ascii=False)}" for key, text in texts)
    return "\n".join(("[[mutant]]", *rows))


def summary(root: Path, report: Report, old: Sequence[tuple[str, ...]]) -> Iterator[str]:
    """Yield the lines that a person reads at the end."""
    for mutant, outcome in report.alive():
        yield from ("", f"{outcome.what.upper()} {mutant.path}:{mutant.line} {mutant.operator}")
        yield diff(root, mutant)
    if report.alive():
        yield f"\nKill each with a test, or explain it in {EXPLAINED}:\n"
        yield from (f"{to_explain(mutant)}\n" for mutant, _ in report.alive())
    for name in old:
        yield f"stale explanation: {name[0]} has no such mutant in {name[1]}: {name[2]}"
    for mutant in report.refuted():
        yield f"wrong explanation: a test notices {mutant.path}:{mutant.line} {mutant.after!r}"
    data = report.data()
    parts = [f"{data[key]} {key.replace('_', ' ')}" for key in ("killed", "timed_out")]
    parts += [f"{data[key]} {key}" for key in ("survived", "unreached", "explained")]
    share = "" if data["share_killed"] is None else f"; share killed {data['share_killed']:.1%}"
    yield f"\n{data['run']} of {data['candidates']} mutants: {', '.join(parts)}{share}"


# ---- running ----


def run(lab: Lab, report: Report, sample: Sequence[Mutant], workers: int) -> None:
    """Try every mutant of a sample and tell of each as it ends."""
    print("Running the unchanged tests once, traced ...", flush=True)
    reach = lab.survey(list(dict.fromkeys(mutant.path for mutant in sample)))
    print(f"{len(reach.took)} tests took {reach.seconds(list(reach.took)):.0f} s", flush=True)
    pool = ThreadPoolExecutor(workers)
    try:
        jobs = {pool.submit(lab.attempt, mutant): mutant for mutant in sample}
        for number, job in enumerate(as_completed(jobs), 1):
            mutant, outcome = jobs[job], job.result()
            report.outcomes.append((mutant, outcome))
            verdict = report.verdict(mutant, outcome)
            place = f"{mutant.path}:{mutant.line}"
            told = f"by {outcome.by}" if outcome.by else f"{outcome.tests} tests"
            line = f"{number}/{len(sample)} {verdict:9} {place} {mutant.operator}, {told}"
            print(f"{line}, {outcome.seconds:.1f} s", flush=True)
    finally:
        lab.stop()
        pool.shutdown(cancel_futures=True)


def chosen(options: argparse.Namespace, every: Sequence[Mutant]) -> list[Mutant]:
    """Return the sample: drawn by the seed, or what survived an earlier run; LabError."""
    if options.again is None:
        count = min(options.sample, len(every))
        drawn = random.Random(options.seed).sample(every, count)  # noqa: S311 - a sample, no secret
        return sorted(drawn, key=lambda m: (m.path, m.start, m.end, m.operator, m.after))
    try:
        rows = json.loads(options.again.read_text(encoding="utf-8"))["mutants"]
        alive = [row for row in rows if row["verdict"] in (SURVIVED, UNREACHED)]
        names = [tuple(row[key] for key in EXPLAINED_KEYS[:5]) for row in alive]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise LabError(f"{options.again} is no outcome of this command: {error}") from error
    return [mutant for mutant in every if mutant.name in names]


def _stopped(number: int, _frame: object) -> NoReturn:
    raise KeyboardInterrupt(signal.Signals(number).name)


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("paths", nargs="*", default=PATHS, help="files and folders to change")
    parser.add_argument("--sample", type=int, default=SAMPLE, help="how many (default 300)")
    parser.add_argument("--seed", type=int, default=1, help="which ones (default 1)")
    parser.add_argument("--again", type=Path, help="those that survived in this outcome instead")
    parser.add_argument("-j", "--jobs", type=int, default=2, help="how many at once (default 2)")
    parser.add_argument("--tests", nargs="+", default=TESTS, help="files and folders of tests")
    parser.add_argument("--deselect", action="append", default=[], help="a test to leave out")
    parser.add_argument("--json", type=Path, help="write the outcome to this file")
    parser.add_argument("--list", action="store_true", help="only count what could be changed")
    parser.add_argument("--root", type=Path, default=ROOT, help="the checkout to copy")
    parser.add_argument(
        "--grace", type=float, default=mutant_lab.GRACE_S, help="seconds beyond what tests take"
    )
    options = parser.parse_args(arguments)
    if options.sample < 1 or options.jobs < 1:
        parser.error("--sample and --jobs are at least 1")
    return options


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line: 0 all noticed or explained, 1 not so, 2 it could not run."""
    options = _options(arguments)
    try:
        every = candidates(options.root, options.paths)
        explained = explanations(options.root / EXPLAINED)
        report = Report(options.seed, options.paths, len(every), explained)
        old = stale(options.root, explained)
        if options.list:
            for name in dict.fromkeys(mutant.path for mutant in every):
                print(f"{sum(mutant.path == name for mutant in every):5} {name}")
        sample = [] if options.list else chosen(options, every)
        if sample:
            signal.signal(signal.SIGTERM, _stopped)
            without = options.deselect
            with Lab(options.root, options.tests, options.jobs, options.grace, without) as lab:
                run(lab, report, sample, options.jobs)
    except LabError as error:
        print(error, file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("stopped; nothing is left behind", file=sys.stderr)
        return 2
    print("\n".join(summary(options.root, report, old)))
    if options.json:
        text = json.dumps(report.data(), indent=1, ensure_ascii=False)
        options.json.write_text(f"{text}\n", encoding="utf-8")
    return 1 if report.alive() or report.refuted() or old else 0


if __name__ == "__main__":
    sys.exit(main())
