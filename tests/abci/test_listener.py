"""Where the server listens: privately, and nowhere else."""

import os
import socket
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from abci_app.abci import AddressError
from abci_app.abci.listener import Listener


@pytest.fixture
def open_umask() -> Iterator[None]:
    """Let new files be open to all, as far as the process is asked."""
    before = os.umask(0)
    yield
    os.umask(before)


@pytest.fixture
def no_chmod(monkeypatch: pytest.MonkeyPatch) -> None:
    """Forbid to mend the mode of a path afterwards: there would be a moment before."""

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("mode changed after the socket existed")

    monkeypatch.setattr(os, "chmod", refuse)


@pytest.mark.usefixtures("open_umask", "no_chmod")
def test_socket_is_private_from_its_first_moment(folder: Path) -> None:
    listener = Listener(f"unix://{folder}/s")
    assert stat.S_IMODE((folder / "s").lstat().st_mode) == 0o600
    listener.close()


def test_close_removes_the_socket_file(folder: Path) -> None:
    Listener(f"unix://{folder}/s").close()
    assert list(folder.iterdir()) == []


def test_close_twice_and_without_file_is_harmless(folder: Path) -> None:
    listener = Listener(f"unix://{folder}/s")
    (folder / "s").unlink()
    listener.close()
    listener.close()
    assert list(folder.iterdir()) == []


def test_close_leaves_the_file_of_a_successor(folder: Path) -> None:
    listener = Listener(f"unix://{folder}/s")
    (folder / "s").rename(folder / "moved")
    successor = Listener(f"unix://{folder}/s")
    listener.close()
    assert (folder / "s").exists()
    successor.close()


def test_file_of_a_dead_process_is_replaced(folder: Path) -> None:
    dead = socket.socket(socket.AF_UNIX)
    dead.bind(str(folder / "s"))
    dead.close()
    listener = Listener(f"unix://{folder}/s")
    with socket.socket(socket.AF_UNIX) as client:
        client.connect(str(folder / "s"))
    listener.close()


def test_socket_that_answers_is_not_taken_over(folder: Path) -> None:
    first = Listener(f"unix://{folder}/s")
    with pytest.raises(AddressError, match="another process answers on it"):
        Listener(f"unix://{folder}/s")
    with socket.socket(socket.AF_UNIX) as client:
        client.connect(str(folder / "s"))
    first.close()


def test_file_that_is_no_socket_is_kept(folder: Path) -> None:
    (folder / "s").write_text("dear")
    with pytest.raises(AddressError, match="is not a socket"):
        Listener(f"unix://{folder}/s")
    assert (folder / "s").read_text() == "dear"


def test_link_is_not_followed(folder: Path) -> None:
    (folder / "s").symlink_to(folder / "elsewhere")
    with pytest.raises(AddressError, match="is not a socket"):
        Listener(f"unix://{folder}/s")
    assert not (folder / "elsewhere").exists()


def test_path_that_a_socket_address_cannot_hold_is_refused_in_words(folder: Path) -> None:
    with pytest.raises(AddressError, match="longer than 107 bytes: use a shorter directory"):
        Listener(f"unix://{folder}/{'x' * 107}")


def test_missing_folder_is_refused_in_words(folder: Path) -> None:
    with pytest.raises(AddressError, match="No such file or directory"):
        Listener(f"unix://{folder}/none/s")


@pytest.mark.parametrize("host", ["127.0.0.1", "127.1.2.3", "localhost", "[::1]"])
def test_loopback_port_is_allowed(host: str) -> None:
    listener = Listener(f"tcp://{host}:0")
    address, port = listener.socket.getsockname()[:2]
    assert address == {"localhost": "127.0.0.1", "[::1]": "::1"}.get(host, host)
    assert listener.address.endswith(f":{port}")
    listener.close()


@pytest.mark.parametrize(
    "address",
    [
        "tcp://0.0.0.0:26658",
        "tcp://[::]:26658",
        "tcp://192.0.2.1:26658",
        "tcp://localhost.example:26658",
        "tcp://:26658",
        "tcp://127.0.0.1",
        "tcp://127.0.0.1:port",
        "tcp://127.0.0.1:70000",
        "tcp://127.0.0.1:1/path",
        "unix://",
        "127.0.0.1:26658",
        "/run/abci.sock",
        "",
    ],
)
def test_any_other_address_is_refused(address: str) -> None:
    with pytest.raises(AddressError, match="cannot listen on"):
        Listener(address)


def test_port_in_use_is_refused_in_words() -> None:
    first = Listener("tcp://127.0.0.1:0")
    with pytest.raises(AddressError, match="Address already in use"):
        Listener(first.address)
    first.close()
