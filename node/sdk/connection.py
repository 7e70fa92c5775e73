"""How a client reaches a gateway: in the clear on this machine, by TLS anywhere else.

Must not know: calls. Invariant: nothing leaves this machine in the clear unless the address says
`grpc://`.
"""

import ipaddress
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import grpc

PLAIN, SECURE = "grpc://", "grpcs://"
CA, CERTIFICATE, KEY = "TONNE_TLS_CA", "TONNE_TLS_CERT", "TONNE_TLS_KEY"


@dataclass(frozen=True, slots=True)
class Trust:
    """PEM files: whom to trust (None: the system's authorities), and what to show of oneself."""

    ca: Path | None = None
    certificate: Path | None = None
    key: Path | None = None

    @classmethod
    def from_environment(cls) -> Self:
        """Return what TONNE_TLS_CA, TONNE_TLS_CERT and TONNE_TLS_KEY name."""
        given = [os.environ.get(name, "") for name in (CA, CERTIFICATE, KEY)]
        return cls(*(Path(name) if name else None for name in given))

    def credentials(self) -> Any:  # noqa: ANN401 - grpc is untyped
        """Return what a channel is secured with; ValueError when a file cannot be used."""
        if (self.certificate is None) != (self.key is None):
            raise ValueError(
                "a certificate of one's own needs its key, and a key its certificate: give both "
                "--tls-cert and --tls-key"
            )
        authorities = _pem(self.ca, "--tls-ca") or _system_authorities()
        return grpc.ssl_channel_credentials(
            authorities, _pem(self.key, "--tls-key"), _pem(self.certificate, "--tls-cert")
        )


def channel(address: str, trust: Trust, options: Sequence[tuple[str, Any]]) -> Any:  # noqa: ANN401 - grpc is untyped
    """Return a channel to `host:port`, `grpc://host:port` or `grpcs://host:port`.

    Without a scheme it is TLS, unless the host is this machine and no authority is given.
    ValueError for another scheme, for an authority at grpc://, and for files that do not fit.
    """
    if address.startswith(PLAIN):
        if trust.ca is not None:
            raise ValueError(f"{address} is plain text, but --tls-ca is given: write {SECURE}")
        return grpc.insecure_channel(address.removeprefix(PLAIN), options)
    if address.startswith(SECURE) or trust.ca is not None or not _is_here(address):
        if "://" in address.removeprefix(SECURE):
            raise ValueError(f"{address}: a gateway is host:port, {SECURE} or {PLAIN}host:port")
        return grpc.secure_channel(address.removeprefix(SECURE), trust.credentials(), options)
    return grpc.insecure_channel(address, options)


def _is_here(address: str) -> bool:
    """Tell whether an address without a scheme is of this machine."""
    host = (address.rpartition(":")[0] or address).strip("[]")
    try:
        place = ipaddress.ip_address(host)
    except ValueError:
        return host == "localhost"
    return place.is_loopback or place.is_unspecified


def _pem(path: Path | None, option: str) -> bytes | None:
    if path is None:
        return None
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise ValueError(f"{option} {path}: cannot be read ({error.strerror})") from None
    if b"-----BEGIN " not in raw:
        raise ValueError(f"{option} {path}: not in PEM form")
    return raw


def _system_authorities() -> bytes | None:
    """Return this system's authorities; gRPC's own list stands in where there is none."""
    import ssl  # it takes a while: for those who use TLS only

    path = ssl.get_default_verify_paths().cafile
    return Path(path).read_bytes() if path else None
