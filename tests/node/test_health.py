"""The question of a container's health check: is what the gateway says what is told?"""

import asyncio
import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from node import health
from node.gateway.server import Running, gateway
from node.gateway.solo_backend import SoloBackend
from node.settings import Gateway, Tls
from tests.node.certificates import Authority
from tests.node.gateway_world import new_driver

ANY_PORT = "127.0.0.1:0"


def asked(own: Gateway, ask: Callable[[Running], str]) -> str:
    """Return what is told of a gateway with these settings, once it is in step."""

    async def run() -> str:
        async with gateway(SoloBackend(new_driver()), None, own.address, own) as running:
            await running.follower.reached(0)
            said = ""
            while said != "SERVING":
                said = await asyncio.to_thread(ask, running)
                if "no answer" in said:
                    break
            return said

    return asyncio.run(asyncio.wait_for(run(), 60))


def settings(tls: Tls | None = None) -> Gateway:
    return Gateway(ANY_PORT, "http://127.0.0.1:1", None, tls=tls)


def test_gateway_in_step_is_told_as_serving() -> None:
    assert asked(settings(), lambda running: health.state(running.address)) == "SERVING"


def test_with_tls_the_certificate_of_the_home_is_the_one_that_is_trusted(tmp_path: Path) -> None:
    certificate, key = Authority(tmp_path / "ca").sign("gateway")
    own = settings(Tls(certificate, key))
    assert asked(own, lambda running: health.state(running.address, certificate)) == "SERVING"
    stranger, _ = Authority(tmp_path / "other").sign("stranger")
    said = asked(own, lambda running: health.state(running.address, stranger))
    assert "CERTIFICATE_VERIFY_FAILED" in said


def put(home: Path, address: str) -> Path:
    (home / "config").mkdir()
    text = f'[gateway]\naddress = "{address}"\nplain_text = true\n'
    text += '[engine]\nrpc = "http://127.0.0.1:1"\n'
    (home / "config" / "tonne.toml").write_text(text)
    return home


def test_gateway_that_does_not_answer_is_not_healthy(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        address = f"0.0.0.0:{unused.getsockname()[1]}"
        assert health.main(["--home", str(put(tmp_path, address))]) == 1
    assert "no answer at 127.0.0.1:" in capsys.readouterr().out


def test_folder_that_is_no_home_is_not_healthy(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert health.main(["--home", str(tmp_path)]) == 1
    assert "tonne init" in capsys.readouterr().out
