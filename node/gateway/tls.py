"""The gateway's certificate: read, tried out, and read again while clients stay connected.

Must not know: calls. Invariants: what is shown has passed a handshake with itself (the key is the
certificate's, nothing has expired, it may serve); files that fail that replace nothing.
"""

import ssl
import stat
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import grpc
import structlog

from node.settings import Tls

log = structlog.get_logger()

LOOK_S = 2.0  # between looks at the files


class TlsFault(ValueError):  # noqa: N818 - says what is wrong with a file
    """Files that nothing can be served with; the text names the file and what to do."""


@dataclass(frozen=True, slots=True)
class Material:
    """The bytes of the files, and until when they hold (UTC seconds)."""

    certificate: bytes
    key: bytes
    client_ca: bytes
    expires_s: int


def load(tls: Tls) -> Material:
    """Return what the files hold; TlsFault unless a handshake with them succeeds."""
    raw = _read(tls)
    expires_s = _rehearse(tls, raw[0])
    if tls.client_ca is not None:
        expires_s = min(expires_s, _check_authority(tls.client_ca, raw[2]))
    if _read(tls) != raw:
        raise TlsFault(f"{tls.certificate} or {tls.key} is being written; it is read again soon")
    return Material(*raw, expires_s)


def _read(tls: Tls) -> tuple[bytes, bytes, bytes]:
    _check_private(tls.key)
    return (
        _bytes(tls.certificate),
        _bytes(tls.key),
        b"" if tls.client_ca is None else _bytes(tls.client_ca),
    )


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise TlsFault(
            f"{path}: cannot be read ({error.strerror}): put the file there, readable for the "
            "user that runs the gateway, or correct [gateway.tls] in config/tonne.toml"
        ) from None


def _check_private(key: Path) -> None:
    try:
        mode = key.stat().st_mode
    except OSError:
        return  # reading it says more
    if mode & (stat.S_IROTH | stat.S_IWOTH):
        raise TlsFault(f"{key}: everybody on this machine may read or write it: chmod 600 {key}")


def _rehearse(tls: Tls, certificate: bytes) -> int:
    """Shake hands with ourselves; return when the certificate expires, UTC seconds."""
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    try:
        # The callback keeps a key under a passphrase from asking at a terminal.
        server.load_cert_chain(tls.certificate, tls.key, password=lambda: "")
    except OSError as error:  # an SSLError is one
        raise TlsFault(
            f"{tls.key} and {tls.certificate} cannot be used ({_reason(error)}): the key must be "
            "the certificate's own, both in PEM form, without a passphrase"
        ) from None
    client = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    client.check_hostname = False  # under which names it is reached is for clients to see
    client.verify_flags |= ssl.VerifyFlags.VERIFY_X509_PARTIAL_CHAIN
    try:
        client.load_verify_locations(cadata=_pem(certificate))
        found = _shake(client, server)
    except (ssl.SSLError, ValueError) as error:  # the latter of an empty file
        raise TlsFault(
            f"{tls.certificate}: no client would accept it ({_reason(error)}): put a valid one "
            "there"
        ) from None
    return _seconds(found)


def _shake(client: ssl.SSLContext, server: ssl.SSLContext) -> dict[str, Any]:
    """Carry a handshake through in memory; return what the client saw of the certificate."""
    there, back = ssl.MemoryBIO(), ssl.MemoryBIO()
    ends = (client.wrap_bio(back, there), server.wrap_bio(there, back, server_side=True))
    done = [False, False]
    for _ in range(10):  # rounds; two are enough
        for index, end in enumerate(ends):
            if not done[index]:
                try:
                    end.do_handshake()
                    done[index] = True
                except ssl.SSLWantReadError:
                    continue
        if all(done):
            break
    return dict(ends[0].getpeercert() or {})


def _check_authority(path: Path, raw: bytes) -> int:
    """Return when the first authority for operators' certificates expires; TlsFault if none."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    try:
        context.load_verify_locations(cadata=_pem(raw))
        expiries = [_seconds(dict(row)) for row in context.get_ca_certs()]
    except (ssl.SSLError, ValueError) as error:
        raise TlsFault(f"{path}: not certificates in PEM form ({_reason(error)})") from None
    if not expiries:
        raise TlsFault(f"{path}: holds no certificate of an authority (CA:TRUE)")
    if min(expiries) <= time.time():
        raise TlsFault(f"{path}: an authority in it has expired: take it out")
    return min(expiries)


def _pem(raw: bytes) -> str:
    """Return the text of PEM; other letters may stand between certificates only, as remarks."""
    return raw.decode("ascii", "ignore")


def _seconds(certificate: dict[str, Any]) -> int:
    return int(ssl.cert_time_to_seconds(str(certificate["notAfter"])))


def _reason(error: OSError | ValueError) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        return error.verify_message
    said = getattr(error, "reason", "") or getattr(error, "strerror", "") or "not PEM"
    return str(said).replace("_", " ").lower()


class Certificates:
    """What is shown now; `look` reads the files again."""

    def __init__(self, tls: Tls, told: Callable[[], None] = lambda: None) -> None:
        """Read the files, or TlsFault; `told` hears of each later change that is not taken."""
        self._tls = tls
        self._lock = threading.Lock()  # a handshake asks from a thread of gRPC's
        self._now = load(tls)
        self._fault = ""
        self._told = told

    @property
    def expires_s(self) -> int:
        """Return until when what is shown holds, UTC seconds."""
        return self._now.expires_s

    def look(self) -> None:
        """Take over files that have changed; what cannot be used is logged once and counted."""
        try:
            raw = _read(self._tls)
            now = self._now
            if raw == (now.certificate, now.key, now.client_ca):
                self._fault = ""
                return
            found = load(self._tls)
        except TlsFault as fault:
            if str(fault) != self._fault:
                self._fault = str(fault)
                self._told()
                log.error("NEW CERTIFICATE NOT TAKEN", reason=str(fault))  # noqa: TRY400 - the text says it all
            return
        self._fault = ""
        with self._lock:
            self._now = found
        log.info("certificate taken", expires_s=found.expires_s)

    def credentials(self, *, operators: bool) -> Any:  # noqa: ANN401 - grpc is untyped
        """Return what a port is secured with; for operators, certificates are asked for."""
        shown = self._now
        fetch = self._fetcher(shown, operators=operators)
        return grpc.dynamic_ssl_server_credentials(
            _configuration(shown, operators=operators), fetch, operators
        )

    def _fetcher(self, shown: Material, *, operators: bool) -> Callable[[], Any]:
        """Return what gRPC asks at every handshake: a new configuration, or None for the last."""

        def fetch() -> Any:  # noqa: ANN401 - grpc is untyped
            nonlocal shown
            with self._lock:
                if self._now is shown:
                    return None
                shown = self._now
            return _configuration(shown, operators=operators)

        return fetch


def _configuration(shown: Material, *, operators: bool) -> Any:  # noqa: ANN401 - grpc is untyped
    return grpc.ssl_server_certificate_configuration(
        [(shown.key, shown.certificate)], shown.client_ca if operators else None
    )
