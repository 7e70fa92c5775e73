"""`python -m node.gateway --home H`: the gateway of one node as a process of its own.

Must not know: anything but the home's configuration. Invariant: it starts whether or not the
engine is there yet, and says so to its clients.
"""

import argparse
import asyncio
import sys
import tomllib
from dataclasses import dataclass
from pathlib import Path

import structlog

from node.gateway.engine_backend import EngineBackend
from node.gateway.server import PortTaken, TableBroken, serve

TABLE = Path("data") / "gateway.db"


@dataclass(frozen=True, slots=True)
class Settings:
    """What the gateway takes from config/tonne.toml."""

    address: str
    engine_rpc: str
    table: Path


class SettingsFault(ValueError):  # noqa: N818 - says what is wrong with a file
    """A home that a gateway cannot be started from; the text says what to do."""


def read_settings(home: Path) -> Settings:
    """Return the settings of a home; SettingsFault names the file and what is wrong with it."""
    path = home / "config" / "tonne.toml"
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise SettingsFault(f"{path}: no such file; `tonne init --home {home}` makes it") from None
    except OSError as error:
        raise SettingsFault(f"{path}: cannot be read ({error.strerror})") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsFault(f"{path}: not TOML: {error}") from None
    return Settings(
        address=_text(path, data, "gateway", "address"),
        engine_rpc=_text(path, data, "engine", "rpc"),
        table=home / TABLE,
    )


def _text(path: Path, data: dict[str, object], section: str, key: str) -> str:
    rows = data.get(section)
    value = rows.get(key) if isinstance(rows, dict) else None
    if not isinstance(value, str) or not value:
        raise SettingsFault(f"{path}: [{section}] {key} must be a text, for instance an address")
    return value


async def _run(settings: Settings) -> None:
    settings.table.parent.mkdir(parents=True, exist_ok=True)
    try:
        backend = EngineBackend.at(settings.engine_rpc)
    except ValueError as error:
        raise SettingsFault(f"config/tonne.toml: [engine] rpc: {error}") from None
    await serve(backend, settings.table, settings.address)


def main(arguments: list[str] | None = None) -> int:
    """Run until told to stop; 0 after a stop, 1 with one line of reason otherwise."""
    parser = argparse.ArgumentParser(
        prog="python -m node.gateway", description="Serve gRPC clients in front of one node."
    )
    parser.add_argument("--home", type=Path, required=True, help="the node's home folder")
    options = parser.parse_args(arguments)
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))
    try:
        asyncio.run(_run(read_settings(options.home)))
    except (SettingsFault, PortTaken, TableBroken, OSError) as error:
        sys.stderr.write(f"gateway: {error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
