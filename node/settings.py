"""config/tonne.toml of a home, read in one place (the app reads its own section by itself).

Must not know: processes or sockets. Invariants: a word that is not known here is a fault, so that a
slip of the pen never turns a protection off; what is left out has the default stated here.
"""

import ipaddress
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

TABLE = Path("data") / "gateway.db"


class SettingsFault(ValueError):  # noqa: N818 - says what is wrong with a file
    """A file that cannot be used; the text names it and says what to do."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What one gateway takes on at most; each may be set in [gateway.limits]."""

    connections: int = 4_096  # open at once
    connection_idle_s: int = 60  # without a call, or without saying anything; then it is closed
    calls_per_address: int = 256  # unary calls in flight; a stream carries thousands
    streams_per_address: int = 64
    transactions_per_address: int = 32_768  # without an answer
    transactions_per_account: int = 1_024  # of one address, being handed in
    queue: int = 20_000  # transactions on their way to the engine
    simulations_per_s: int = 50  # of one address


@dataclass(frozen=True, slots=True)
class Tls:
    """Files in PEM form: what the gateway shows, and whom it takes for an operator."""

    certificate: Path
    key: Path
    client_ca: Path | None = None


@dataclass(frozen=True, slots=True)
class Gateway:
    """What the gateway takes from a home."""

    address: str
    engine_rpc: str
    table: Path | None
    plain_text: bool = False
    metrics: str = ""
    operators: str = ""  # the address of operators' calls; empty: none
    tls: Tls | None = None
    limits: Limits = field(default_factory=Limits)


def document(home: Path) -> Mapping[str, Any]:
    """Return the file as it stands; SettingsFault, or FileNotFoundError when it is missing."""
    path = path_of(home)
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise
    except OSError as error:
        raise SettingsFault(f"{path}: cannot be read ({error.strerror})") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsFault(f"{path}: not TOML: {error}") from None


def path_of(home: Path) -> Path:
    """Return where a home keeps its settings."""
    return home / "config" / "tonne.toml"


def gateway(home: Path) -> Gateway:
    """Return the settings of a home's gateway; SettingsFault says what is wrong with them."""
    path = path_of(home)
    try:
        data = document(home)
    except FileNotFoundError:
        raise SettingsFault(f"{path}: no such file; `tonne init --home {home}` makes it") from None
    own = _Section(path, "gateway", data.get("gateway", {}))
    own.only("address", "plain_text", "metrics", "operators", "tls", "limits")
    found = Gateway(
        address=own.text("address", needed=True),
        engine_rpc=_Section(path, "engine", data.get("engine", {})).text("rpc", needed=True),
        table=home / TABLE,
        plain_text=own.flag("plain_text"),
        metrics=own.text("metrics"),
        operators=own.text("operators"),
        tls=_tls(home, own.section("tls")),
        limits=_limits(own.section("limits")),
    )
    _check(path, found)
    return found


def _tls(home: Path, rows: "_Section | None") -> Tls | None:
    if rows is None:
        return None
    rows.only("certificate", "key", "client_ca")
    client_ca = rows.text("client_ca")
    return Tls(
        certificate=home / rows.text("certificate", needed=True),
        key=home / rows.text("key", needed=True),
        client_ca=home / client_ca if client_ca else None,
    )


def _limits(rows: "_Section | None") -> Limits:
    if rows is None:
        return Limits()
    names = [row.name for row in fields(Limits)]
    rows.only(*names)
    return Limits(**{name: rows.count(name) for name in names if name in rows.rows})


def _check(path: Path, found: Gateway) -> None:
    """Refuse what would serve in the clear without saying so, or ask for nobody's certificate."""
    if found.tls is None and not found.plain_text and not is_loopback(found.address):
        raise SettingsFault(
            f"{path}: the gateway would serve plain text at {found.address}, beyond this machine. "
            "Name its certificate under [gateway.tls] (certificate, key); or keep [gateway] "
            "address on 127.0.0.1; or, where the network is trusted or something in front does "
            "TLS, set [gateway] plain_text = true (docs/SECURITY.md)"
        )
    if found.tls is not None and found.plain_text:
        raise SettingsFault(
            f"{path}: [gateway] plain_text = true and [gateway.tls] exclude each other: drop one"
        )
    if found.operators and (found.tls is None or found.tls.client_ca is None):
        raise SettingsFault(
            f"{path}: [gateway] operators is served with mutual TLS only: set certificate, key and "
            "client_ca under [gateway.tls]"
        )
    if found.tls is not None and found.tls.client_ca is not None and not found.operators:
        raise SettingsFault(
            f"{path}: [gateway.tls] client_ca is for operators' calls: say where they are served, "
            '[gateway] operators = "host:port"'
        )


def is_loopback(address: str) -> bool:
    """Tell whether `host:port` is of this machine only."""
    host = (address.rpartition(":")[0] or address).strip("[]")
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


class _Section:
    """One table of the file, read word by word."""

    def __init__(self, path: Path, name: str, rows: object) -> None:
        if not isinstance(rows, dict):
            raise SettingsFault(f"{path}: [{name}] must be a table")
        self._path = path
        self._name = name
        self.rows: dict[str, object] = rows

    def only(self, *known: str) -> None:
        unknown = sorted(self.rows.keys() - frozenset(known))
        if unknown:
            raise SettingsFault(
                f"{self._path}: [{self._name}] {unknown[0]} is not known; there are "
                f"{', '.join(known)}"
            )

    def text(self, key: str, *, needed: bool = False) -> str:
        value = self.rows.get(key, "")
        if not isinstance(value, str) or (needed and not value):
            raise SettingsFault(
                f"{self._path}: [{self._name}] {key} must be a text, for instance an address"
            )
        return value

    def flag(self, key: str) -> bool:
        value = self.rows.get(key, False)
        if not isinstance(value, bool):
            raise SettingsFault(f"{self._path}: [{self._name}] {key} must be true or false")
        return value

    def count(self, key: str) -> int:
        value = self.rows.get(key)
        if not isinstance(value, int) or isinstance(value, bool) or value < 1:
            raise SettingsFault(
                f"{self._path}: [{self._name}] {key} must be a whole number of 1 or more"
            )
        return value

    def section(self, key: str) -> "_Section | None":
        if key not in self.rows:
            return None
        return _Section(self._path, f"{self._name}.{key}", self.rows[key])
