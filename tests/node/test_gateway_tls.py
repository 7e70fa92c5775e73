"""TLS at the gateway: who gets in, files exchanged under it, what is refused with a reason."""

import asyncio
import ssl
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import grpc
import pytest
from grpc_reflection.v1alpha import reflection_pb2, reflection_pb2_grpc

from node.gateway import tls
from node.gateway.server import PortTaken, Running, gateway
from node.gateway.solo_backend import SoloBackend
from node.gateway.tls import Certificates, TlsFault
from node.settings import Gateway, Tls
from tests.node.certificates import Authority
from tests.node.gateway_world import error_of, new_driver, stub_of
from tonne.v1 import service_pb2 as sv

LOCAL_POOL = (("grpc.use_local_subchannel_pool", 1),)  # a connection of its own each time


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path / "ca")


@pytest.fixture
def files(authority: Authority) -> Tls:
    certificate, key = authority.sign("gateway")
    return Tls(certificate, key)


def serving(own: Gateway, play: Callable[[Running], Awaitable[None]]) -> None:
    async def run() -> None:
        async with gateway(SoloBackend(new_driver()), None, own.address, own) as running:
            await running.follower.reached(0)
            await play(running)

    asyncio.run(run())


def trust(authority: Path, pair: tuple[Path, Path] | None = None) -> Any:
    key, chain = (pair[1].read_bytes(), pair[0].read_bytes()) if pair else (None, None)
    return grpc.ssl_channel_credentials(authority.read_bytes(), key, chain)


async def status(address: str, credentials: Any) -> sv.StatusReply:
    async with grpc.aio.secure_channel(address, credentials, LOCAL_POOL) as channel:
        reply: sv.StatusReply = await stub_of(channel).GetStatus(sv.GetStatusRequest(), timeout=10)
        return reply


def shown_at(address: str, authority: Path) -> str:
    """Return the certificate that a new client sees, in PEM form."""
    host, port = address.split(":")
    return ssl.get_server_certificate((host, int(port)), ca_certs=str(authority), timeout=5)


def put(files: Tls, pair: tuple[Path, Path]) -> None:
    files.key.write_bytes(pair[1].read_bytes())
    files.certificate.write_bytes(pair[0].read_bytes())


def test_a_client_that_trusts_the_authority_is_served_and_nobody_else(
    authority: Authority, files: Tls, tmp_path: Path
) -> None:
    async def play(running: Running) -> None:
        reply = await status(running.address, trust(authority.certificate))
        assert reply.chain_id == "tonne-test"
        stranger = Authority(tmp_path / "other").certificate
        error = await error_of(status(running.address, trust(stranger)))
        assert error.code() == grpc.StatusCode.UNAVAILABLE
        async with grpc.aio.insecure_channel(running.address) as channel:
            error = await error_of(stub_of(channel).GetStatus(sv.GetStatusRequest(), timeout=5))
            assert error.code() == grpc.StatusCode.UNAVAILABLE

    serving(Gateway("127.0.0.1:0", "", None, tls=files), play)


def test_a_new_certificate_reaches_new_clients_while_others_stay_connected(
    authority: Authority, files: Tls, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("node.gateway.server.LOOK_S", 0.05)
    second = authority.sign("second")

    async def play(running: Running) -> None:
        credentials = trust(authority.certificate)
        async with grpc.aio.secure_channel(running.address, credentials, LOCAL_POOL) as channel:
            stub = stub_of(channel)
            await stub.GetStatus(sv.GetStatusRequest(), timeout=10)
            before = await asyncio.to_thread(shown_at, running.address, authority.certificate)
            assert before == files.certificate.read_text().strip() + "\n"
            put(files, second)
            async with asyncio.timeout(20):
                while before == (
                    shown := await asyncio.to_thread(
                        shown_at, running.address, authority.certificate
                    )
                ):
                    pass
            assert shown == second[0].read_text().strip() + "\n"
            assert channel.get_state() == grpc.ChannelConnectivity.READY
            await stub.GetStatus(sv.GetStatusRequest(), timeout=10)
        await status(running.address, credentials)

    serving(Gateway("127.0.0.1:0", "", None, tls=files), play)


def test_what_cannot_be_used_replaces_nothing_is_counted_and_said_once(
    authority: Authority, files: Tls, capsys: pytest.CaptureFixture[str]
) -> None:
    told: list[int] = []
    certificates = Certificates(files, lambda: told.append(1))
    before, good = certificates.expires_s, (files.certificate.read_bytes(), files.key.read_bytes())
    put(files, authority.sign("late", days=-1))
    for _ in range(3):
        certificates.look()
    assert (certificates.expires_s, len(told)) == (before, 1)
    files.certificate.write_bytes(good[0])  # the key is still the other one
    certificates.look()
    assert len(told) == 2
    files.key.unlink()
    certificates.look()
    assert len(told) == 3
    said = capsys.readouterr().out
    assert said.count("NEW CERTIFICATE NOT TAKEN") == 3
    assert "expired" in said
    files.key.write_bytes(good[1])
    files.key.chmod(0o600)
    certificates.look()
    assert len(told) == 3
    put(files, authority.sign("longer", days=3))
    certificates.look()
    assert certificates.expires_s > before


def test_an_authority_that_is_being_written_ends_nothing(authority: Authority, files: Tls) -> None:
    told: list[int] = []
    whole = authority.certificate.read_bytes()
    certificates = Certificates(
        Tls(files.certificate, files.key, authority.certificate), lambda: told.append(1)
    )
    authority.certificate.write_bytes(b"")  # as `cp` leaves it for a moment
    certificates.look()
    assert len(told) == 1
    authority.certificate.write_bytes(whole)
    certificates.look()
    assert len(told) == 1


def test_operators_come_in_by_certificate_only(
    authority: Authority, files: Tls, tmp_path: Path
) -> None:
    operators = Authority(tmp_path / "operators")
    own = Gateway(
        "127.0.0.1:0",
        "",
        None,
        operators="127.0.0.1:0",
        tls=Tls(files.certificate, files.key, operators.certificate),
    )

    async def reflected(address: str, credentials: Any) -> list[str]:
        async with grpc.aio.secure_channel(address, credentials, LOCAL_POOL) as channel:
            stub = reflection_pb2_grpc.ServerReflectionStub(channel)
            ask = reflection_pb2.ServerReflectionRequest(list_services="")
            async for reply in stub.ServerReflectionInfo(iter([ask]), timeout=10):
                return [row.name for row in reply.list_services_response.service]
        return []

    async def play(running: Running) -> None:
        member = trust(authority.certificate, operators.sign("ada", use="clientAuth"))
        assert "tonne.v1.Registry" in await reflected(running.operators, member)
        assert (await status(running.operators, member)).chain_id == "tonne-test"
        for pair in (None, authority.sign("eve", use="clientAuth")):
            error = await error_of(status(running.operators, trust(authority.certificate, pair)))
            assert error.code() == grpc.StatusCode.UNAVAILABLE
        # On the clients' address a certificate gives nothing more.
        error = await error_of(reflected(running.address, member))
        assert error.code() == grpc.StatusCode.UNIMPLEMENTED
        await status(running.address, member)

    serving(own, play)


def test_taken_port_of_the_operators_is_said(files: Tls, authority: Authority) -> None:
    async def play(running: Running) -> None:
        own = Gateway(
            "127.0.0.1:0",
            "",
            None,
            operators=running.address,
            tls=Tls(files.certificate, files.key, authority.certificate),
        )
        with pytest.raises(PortTaken, match=r"\[gateway\] operators"):
            async with gateway(SoloBackend(new_driver()), None, own.address, own):
                raise AssertionError("it serves")

    serving(Gateway("127.0.0.1:0", "", None), play)


def _missing(files: Tls, _: Authority) -> None:
    files.key.unlink()


def _folder(files: Tls, _: Authority) -> None:
    files.certificate.unlink()
    files.certificate.mkdir()


def _another_key(files: Tls, authority: Authority) -> None:
    files.key.write_bytes(authority.sign("another")[1].read_bytes())


def _open_to_all(files: Tls, _: Authority) -> None:
    files.key.chmod(0o644)


def _expired(files: Tls, authority: Authority) -> None:
    put(files, authority.sign("late", days=-1))


def _no_pem(files: Tls, _: Authority) -> None:
    files.certificate.write_bytes(b"\xff not PEM")


def _for_clients(files: Tls, authority: Authority) -> None:
    put(files, authority.sign("client", use="clientAuth"))


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        (_missing, r"gateway\.key: cannot be read \(No such file"),
        (_folder, r"gateway\.pem: cannot be read \(Is a directory"),
        (_another_key, "key values mismatch.*the key must be the certificate's own"),
        (_open_to_all, "chmod 600"),
        (_expired, "certificate has expired"),
        (_no_pem, "cannot be used"),
        (_for_clients, "no client would accept it"),
    ],
)
def test_files_that_cannot_be_used_are_refused_with_the_reason(
    authority: Authority, files: Tls, spoil: Callable[[Tls, Authority], None], reason: str
) -> None:
    spoil(files, authority)
    with pytest.raises(TlsFault, match=reason):
        tls.load(files)


def test_operators_authority_must_be_one(authority: Authority, files: Tls) -> None:
    whole = Tls(files.certificate, files.key, authority.certificate)
    assert tls.load(whole).expires_s > time.time()
    remarked = authority.folder / "remarked.txt"
    remarked.write_bytes("Überall\n".encode() + authority.certificate.read_bytes())
    assert tls.load(Tls(files.certificate, files.key, remarked)).expires_s > time.time()
    leaf = files.certificate.read_bytes()
    others = {"leaf": leaf, "none": b"nothing", "empty": b"", "binary": b"\x30\x82\xff\x00"}
    for name, content in others.items():
        path = authority.folder / f"{name}.txt"
        path.write_bytes(content)
        with pytest.raises(TlsFault, match=r"authority|PEM"):
            tls.load(Tls(files.certificate, files.key, path))
