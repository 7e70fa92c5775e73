"""How the SDK and the command line reach a gateway: TLS anywhere but here, bad files."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from node import cli
from node.gateway.server import Running, gateway
from node.gateway.solo_backend import SoloBackend
from node.sdk import connection
from node.sdk.client import Client, TonneError
from node.sdk.connection import Trust
from node.settings import Gateway, Tls
from tests.node.certificates import Authority
from tests.node.gateway_world import CHAIN_ID, new_driver


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path / "ca")


@contextmanager
def serving(authority: Authority) -> Iterator[Running]:
    """Serve with TLS, operators apart, in a thread of its own."""
    certificate, key = authority.sign("gateway")
    own = Gateway(
        "127.0.0.1:0",
        "",
        None,
        operators="127.0.0.1:0",
        tls=Tls(certificate, key, authority.certificate),
    )
    loop = asyncio.new_event_loop()
    ready: list[Running] = []
    up, done = threading.Event(), asyncio.Event()

    async def run() -> None:
        async with gateway(SoloBackend(new_driver()), None, own.address, own) as running:
            ready.append(running)
            up.set()
            await done.wait()

    thread = threading.Thread(target=loop.run_until_complete, args=(run(),))
    thread.start()
    try:
        assert up.wait(30)
        yield ready[0]
    finally:
        loop.call_soon_threadsafe(done.set)
        thread.join()
        loop.close()


def test_a_client_trusts_the_given_authority_and_no_other(
    authority: Authority, tmp_path: Path
) -> None:
    with serving(authority) as running:
        for address in (running.address, f"grpcs://{running.address}"):
            with Client(address, trust=Trust(authority.certificate)) as client:
                assert client.chain_id == CHAIN_ID
        other = Trust(Authority(tmp_path / "other").certificate)
        for trust in (other, Trust()):
            address = f"grpcs://{running.address}"
            with (
                Client(address, trust=trust, timeout_s=5) as client,
                pytest.raises(TonneError, match="UNAVAILABLE"),
            ):
                client.status()


def test_an_operator_shows_a_certificate(authority: Authority) -> None:
    member = authority.sign("ada", use="clientAuth")
    with serving(authority) as running:
        with Client(running.operators, trust=Trust(authority.certificate, *member)) as client:
            assert client.chain_id == CHAIN_ID
        with (
            Client(running.operators, trust=Trust(authority.certificate), timeout_s=5) as client,
            pytest.raises(TonneError, match="UNAVAILABLE"),
        ):
            client.status()


def test_the_command_line_takes_an_authority(
    authority: Authority, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in (connection.CA, connection.CERTIFICATE, connection.KEY):
        monkeypatch.setenv(name, "")  # so that what the run sets is taken back
    with serving(authority) as running:
        words = ["status", "--node", f"grpcs://{running.address}", "--field", "chain_id"]
        assert cli.run(["--tls-ca", str(authority.certificate), *words]) == 0
    assert CHAIN_ID in capsys.readouterr().out


@pytest.mark.parametrize(
    "address", ["127.0.0.1:9", "localhost:9", "[::1]:9", "0.0.0.0:9", "grpc://10.0.0.1:9"]
)
def test_plain_text_stays_here_or_is_asked_for(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("grpc.insecure_channel", lambda where, _: f"plain {where}")
    assert connection.channel(address, Trust(), ()) == f"plain {address.removeprefix('grpc://')}"


@pytest.mark.parametrize(
    "address", ["10.0.0.1:9", "node0:9", "grpcs://127.0.0.1:9", "registry.example:9"]
)
def test_anywhere_else_it_is_tls(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("grpc.secure_channel", lambda where, *_: f"tls {where}")
    assert connection.channel(address, Trust(), ()) == f"tls {address.removeprefix('grpcs://')}"


def test_what_does_not_fit_is_refused_with_the_option_to_change(tmp_path: Path) -> None:
    text = tmp_path / "text"
    text.write_text("hello")
    for trust, reason in (
        (Trust(tmp_path / "none"), r"--tls-ca .*none: cannot be read \(No such file"),
        (Trust(text), "--tls-ca .*text: not in PEM form"),
        (Trust(certificate=text), "both --tls-cert and --tls-key"),
        (Trust(key=text), "both --tls-cert and --tls-key"),
    ):
        with pytest.raises(ValueError, match=reason):
            connection.channel("grpcs://127.0.0.1:9", trust, ())
    with pytest.raises(ValueError, match="is plain text, but --tls-ca"):
        connection.channel("grpc://127.0.0.1:9", Trust(text), ())
    with pytest.raises(ValueError, match="a gateway is host:port"):
        connection.channel("https://example.org", Trust(), ())


def test_a_solo_chain_is_not_served_beyond_this_machine_by_mistake(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["solo", "--home", str(tmp_path / "solo"), "--address", "0.0.0.0:9090"]
    assert cli.run(words) == 2
    assert "--plain-text" in capsys.readouterr().err
    assert not (tmp_path / "solo").exists()
