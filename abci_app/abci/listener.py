"""The socket that the engine connects to: a private unix socket, or a port on loopback.

Knows addresses and files, nothing of ABCI. Invariant: at no moment can another user of the
machine, or another machine, connect: whoever can may stop a validator or feed it blocks.
"""

import ipaddress
import os
import socket
import stat
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit

_PRIVATE = 0o600
_PROBE_SECONDS = 1.0
_MAX_PATH = 107  # bytes that a unix socket address holds


class AddressError(ValueError):
    """The server does not listen there; the message says why and what to use instead."""


class Listener:
    """A listening socket and, if it is a unix socket, the file that belongs to it."""

    def __init__(self, address: str) -> None:
        """Bind and listen on `unix:///path` or `tcp://127.0.0.1:port` (port 0: any free one).

        AddressError for every other form, for an address that is in use and for a path that
        holds something else than a socket.
        """
        scheme, _, rest = address.partition("://")
        self._file: tuple[Path, int] | None = None
        if scheme == "unix" and rest:
            path = Path(rest)
            self.socket = _bind_unix(path)
            self._file = (path, path.lstat().st_ino)
            self.address = address
        elif scheme == "tcp":
            self.socket = _bind_loopback(address)
            host, port = self.socket.getsockname()[:2]
            self.address = f"tcp://[{host}]:{port}" if ":" in host else f"tcp://{host}:{port}"
        else:
            raise AddressError(
                f"cannot listen on {address!r}: use unix:///path/to.sock or tcp://127.0.0.1:port"
            )
        self.socket.listen(128)

    def wake(self) -> None:
        """Make a thread that is blocked in accept return with OSError."""
        with suppress(OSError):  # woken before
            self.socket.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """Close the socket and remove its file, unless a successor has replaced the file."""
        if self._file is not None:
            path, inode = self._file
            self._file = None
            with suppress(FileNotFoundError):  # somebody tidied up before us
                if path.lstat().st_ino == inode:
                    path.unlink()
        self.socket.close()


def _bind_unix(path: Path) -> socket.socket:
    if len(os.fsencode(path)) > _MAX_PATH:
        raise AddressError(
            f"socket path {path} is longer than {_MAX_PATH} bytes: use a shorter directory"
        )
    _clear_stale(path)
    sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        # Linux gives the file the mode of the socket, so it is private from its first moment;
        # a chmod after bind would leave a gap, and a umask would be that of every thread.
        os.fchmod(sock.fileno(), _PRIVATE)
        sock.bind(str(path))
        mode = stat.S_IMODE(path.lstat().st_mode)
    except OSError as error:
        sock.close()
        raise AddressError(f"cannot listen on socket {path}: {error.strerror}") from error
    if mode & ~_PRIVATE:
        sock.close()
        path.unlink()
        raise AddressError(f"this system made socket {path} with mode {mode:o}, not 600")
    return sock


def _clear_stale(path: Path) -> None:
    """Remove the socket file of a process that is gone; refuse anything else that stands there."""
    try:
        mode = path.lstat().st_mode
    except FileNotFoundError:
        return
    if not stat.S_ISSOCK(mode):
        raise AddressError(f"{path} exists and is not a socket: remove it or choose another path")
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
        probe.settimeout(_PROBE_SECONDS)
        try:
            probe.connect(str(path))
        except ConnectionRefusedError:
            path.unlink(missing_ok=True)
            return
        except FileNotFoundError:
            return
        except OSError as error:  # busy or not ours: somebody lives there
            raise AddressError(f"socket {path} is in use: {error.strerror}") from error
    raise AddressError(f"socket {path} is in use: another process answers on it, stop that first")


def _bind_loopback(address: str) -> socket.socket:
    try:
        parts = urlsplit(address)
        host, port = parts.hostname, parts.port
    except ValueError as error:
        raise AddressError(f"cannot listen on {address!r}: {error}") from error
    if host is None or port is None or parts.path or parts.query:
        raise AddressError(f"cannot listen on {address!r}: use tcp://127.0.0.1:port")
    try:
        # The name is not looked up: a hosts file could send it elsewhere.
        ip = ipaddress.ip_address("127.0.0.1" if host == "localhost" else host)
    except ValueError:
        ip = None
    if ip is None or not ip.is_loopback:
        raise AddressError(
            f"cannot listen on {address!r}: ABCI has no authentication, so only loopback"
            " addresses such as 127.0.0.1 are accepted; a unix socket is better still"
        )
    sock = socket.socket(socket.AF_INET6 if ip.version == 6 else socket.AF_INET)
    try:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        sock.bind((str(ip), port))
    except OSError as error:
        sock.close()
        raise AddressError(f"cannot listen on {address}: {error.strerror}") from error
    return sock
