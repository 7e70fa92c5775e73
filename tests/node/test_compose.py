"""What compose.yaml, the Dockerfile and their script promise, without an engine."""

import os
import re
import socket
import subprocess
import sys
import tarfile
from io import BytesIO
from pathlib import Path

import pytest

from scripts import docker_host, docker_network, testnet_docker
from scripts.docker_network import COUNT, DockerFault, Network, Settings, container_ports

ROOT = Path(__file__).resolve().parents[2]
COMPOSE = (ROOT / "compose.yaml").read_text(encoding="utf-8")
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")
SCRAPED = (ROOT / "docker" / "prometheus.yml").read_text(encoding="utf-8")


def block(name: str) -> str:
    """Return the lines of compose.yaml below a name, up to the next as far to the left."""
    lines = COMPOSE.splitlines()
    start = next(n for n, line in enumerate(lines) if line.strip().startswith(f"{name}:"))
    depth = len(lines[start]) - len(lines[start].lstrip())
    found = []
    for line in lines[start + 1 :]:
        if line.strip() and len(line) - len(line.lstrip()) <= depth:
            break
        found.append(line)
    return "\n".join(found) + "\n"


@pytest.mark.parametrize("name", ["x-validator", "prometheus"])
@pytest.mark.parametrize(
    "line",
    [
        "read_only: true",
        "cap_drop: [ALL]",
        'security_opt: ["no-new-privileges:true"]',
        "restart: unless-stopped",
    ],
)
def test_every_service_is_held_to_what_it_needs(name: str, line: str) -> None:
    assert line in block(name)
    assert re.search(r'user: "[1-9]\d+:[1-9]\d+"', block(name))
    assert re.search(r"mem_limit: \d+[mg]\n", block(name))
    assert re.search(r"pids_limit: \d+\n", block(name))


@pytest.mark.parametrize("number", range(1, COUNT + 1))
def test_each_validator_has_its_address_its_volumes_and_a_gateway_on_loopback(number: int) -> None:
    said = block(f"  validator-{number}".strip())
    settings = Settings()
    place = container_ports(number - 1, "${TONNE_NET:-" + settings.net + "}")
    assert "<<: *validator" in said
    assert f'ipv4_address: "{place.external.rpartition(":")[0]}"' in said
    published = f"127.0.0.1:${{TONNE_GATEWAY_{number}:-{settings.gateways[number - 1]}}}:9090"
    assert f'ports: ["{published}"]' in said
    assert f'["config-{number}:/node/config:ro", "data-{number}:/node/data"]' in said
    for volume in (f"config-{number}", f"data-{number}"):
        assert f"  {volume}: {{}}\n" in COMPOSE.rpartition("\nvolumes:\n")[2]


def test_nothing_is_published_beyond_loopback() -> None:
    ports = re.findall(r'^ *ports: \["(.*)"\]$', COMPOSE, re.MULTILINE)
    assert len(ports) == COUNT + 1
    assert [row for row in ports if not row.startswith("127.0.0.1:")] == []
    assert COMPOSE.count("ports:") == len(ports)


def test_defaults_of_the_script_are_those_of_the_file() -> None:
    settings = Settings.of({})
    assert settings == Settings(gateways=list(Settings.gateways), build=[])
    assert f"${{TONNE_IMAGE:-{settings.image}}}" in COMPOSE
    assert f"${{TONNE_NET:-{settings.net}}}.0/24" in COMPOSE


def test_prometheus_asks_every_process_of_every_validator() -> None:
    assert "profiles: [metrics]" in block("prometheus")
    ports = container_ports(0, "10.0.0")
    assert ports.metrics_host == "0.0.0.0"
    for step in range(3):
        for number in range(1, COUNT + 1):
            assert f'"validator-{number}:{ports.metrics + step}"' in SCRAPED


def test_image_runs_as_nobody_in_particular_and_asks_the_gateway_for_its_health() -> None:
    assert re.search(r"^ARG BASE=\S+\nARG BUILD_BASE=\$\{BASE\}\n", DOCKERFILE, re.MULTILINE)
    assert docker_host.default_base() in DOCKERFILE
    last = DOCKERFILE.rpartition("\nFROM ")[2]
    assert last.startswith("${BASE}\n")
    assert re.search(r"^USER [1-9]\d+:[1-9]\d+$", last, re.MULTILINE)
    assert '["python", "-m", "node.health", "--home", "/node"]' in last
    assert DOCKERFILE.count("--require-hashes") == 2
    assert "ADD " not in DOCKERFILE
    assert "http" not in DOCKERFILE


def test_context_of_the_build_is_named_folder_by_folder() -> None:
    rows = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    assert "*" in rows
    copied = re.findall(r"^COPY (?!--from)(.*) \S+$", DOCKERFILE, re.MULTILINE)
    for name in (word for words in copied for word in words.split()):
        assert any(f"!{name}".startswith(row) for row in rows if row.startswith("!")), name


# ---- the script, with a docker that says what a test wants ----


def put_docker(folder: Path, script: str) -> dict[str, str]:
    """Put programs `docker` and `docker-compose` first on the path."""
    for name in ("docker", "docker-compose"):
        program = folder / name
        program.write_text(f"#!/bin/sh\nname={name}\n{script}\n", encoding="utf-8")
        program.chmod(0o755)
    return {**os.environ, "PATH": f"{folder}:{os.environ['PATH']}"}


def up(folder: Path, environ: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "scripts/testnet_docker.py", "up", "--dir", str(folder / "net")],
        cwd=ROOT,
        env={**environ, "TONNE_ENGINE_CACHE": str(folder / "none")},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize(
    ("script", "words"),
    [
        (
            "echo 'permission denied while trying to connect to the Docker daemon' >&2; exit 1",
            "join the group `docker`",
        ),
        ("echo 'Cannot connect to the Docker daemon' >&2; exit 1", "no docker engine answers"),
        ('test "$1" = ps && echo 0123456789ab; exit 0', "tonne-testnet is up already"),
    ],
)
def test_engine_that_cannot_be_used_is_told_in_words_and_nothing_is_begun(
    tmp_path: Path, script: str, words: str
) -> None:
    done = up(tmp_path, put_docker(tmp_path, script))
    assert done.returncode == 1
    assert words in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "net").exists()


def test_without_docker_or_compose_it_says_what_to_install(tmp_path: Path) -> None:
    environ = {**os.environ, "PATH": str(tmp_path)}
    assert "install Docker" in up(tmp_path, environ).stderr
    put_docker(tmp_path, 'test "$1" != compose')
    (tmp_path / "docker-compose").unlink()
    (tmp_path / "sh").symlink_to("/bin/sh")
    assert "docker-compose-plugin" in up(tmp_path, environ).stderr


def test_port_that_is_taken_is_named_with_what_chooses_another(tmp_path: Path) -> None:
    environ = put_docker(tmp_path, "exit 0")
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        number = taken.getsockname()[1]
        done = up(tmp_path, {**environ, "TONNE_GATEWAY_1": str(number)})
    assert done.returncode == 1
    assert f"port {number} is in use" in done.stderr
    assert "TONNE_GATEWAY_1=..." in done.stderr


def test_port_that_is_none_is_refused() -> None:
    with pytest.raises(DockerFault, match="TONNE_GATEWAY_2=x: a port number is meant"):
        Settings.of({"TONNE_GATEWAY_2": "x"})


@pytest.mark.parametrize(
    ("script", "wanted"),
    [("exit 0", ["docker", "compose"]), ('test "$1" != compose', ["docker-compose"])],
)
def test_compose_is_whichever_is_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str, wanted: list[str]
) -> None:
    monkeypatch.setenv("PATH", put_docker(tmp_path, script)["PATH"])
    assert docker_network.compose_command() == wanted


def test_what_fails_half_way_leaves_no_container(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = tmp_path / "log"
    script = f'echo "$name $*" >> {log}; case "$*" in *up*) echo no pool overlap >&2; exit 1;; esac'
    monkeypatch.setenv("PATH", put_docker(tmp_path, script)["PATH"])
    network = Network(Settings(), tmp_path / "net")
    with pytest.raises(DockerFault, match="TONNE_NET"), network.or_nothing():
        network.start()
    assert log.read_text().splitlines()[-1].endswith("-p tonne-testnet down")


def test_home_is_packed_with_the_file_that_says_it_is_whole_at_the_end(tmp_path: Path) -> None:
    for name in ("config/tonne.toml", "config/z.json", "data/state.json", "keys/secret"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(name)
    with tarfile.open(fileobj=BytesIO(docker_network.packed(tmp_path))) as archive:
        assert archive.getnames() == ["config/z.json", "data/state.json", "config/tonne.toml"]


def test_command_that_is_none_is_a_matter_of_usage(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        testnet_docker.main(["sideways"])
    assert ended.value.code == 2
    assert "sideways" in capsys.readouterr().err


# ---- what the tests' own engine is made of ----


def test_mirror_is_the_one_of_the_release_itself() -> None:
    targets = (
        "http://a.example/security/ bookworm-security main\n"
        "http://b.example/debian/ bookworm contrib\n"
        "http://c.example/debian/ bookworm main\n"
    )
    assert docker_host.chosen_mirror(targets, "bookworm") == "http://c.example/debian/"
    assert docker_host.chosen_mirror(targets, "trixie") == ""


def test_package_settings_get_into_the_image_that_builds(tmp_path: Path) -> None:
    (tmp_path / "ca.crt").write_text("certificates")
    folder = tmp_path / "build"
    folder.mkdir()
    environ = {
        "SSL_CERT_FILE": str(tmp_path / "ca.crt"),
        "GOPROXY": 'https://proxy.example/"$x"',
        "SECRET": "s",
    }
    docker_host.write_build_base(folder, "base:1", environ)
    said = (folder / "Dockerfile").read_text()
    assert said.startswith("FROM base:1\nCOPY bundle.crt /etc/ssl/certs/ca-certificates.crt\n")
    assert 'ENV GOPROXY="https://proxy.example/\\"\\$x\\""\n' in said
    assert "SECRET" not in said
    assert (folder / "bundle.crt").read_text() == "certificates"


def test_pip_is_told_the_same_but_for_paths_of_this_machine(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "pip.conf").write_text("[global]\ntimeout = 7\n[install]\nprefer-binary = true\n")
    monkeypatch.setenv("PIP_CONFIG_FILE", str(tmp_path / "pip.conf"))
    monkeypatch.setenv("PIP_INDEX_URL", "https://index.example/simple")
    monkeypatch.setenv("PIP_FIND_LINKS", "/opt/wheels")
    said = docker_host.pip_settings()
    assert "index-url = https://index.example/simple\n" in said
    assert "timeout = 7\n" in said
    assert "[install]\nprefer-binary = true\n" in said
    assert "/opt/wheels" not in said


@pytest.mark.parametrize(("ci", "code"), [("", 0), ("true", 1)])
def test_where_there_can_be_no_docker_it_says_not_tested_and_fails_in_ci(
    tmp_path: Path, ci: str, code: int
) -> None:
    environ = put_docker(tmp_path, "exit 1")
    for name in ("apt-get", "dockerd", "debootstrap"):
        (tmp_path / name).write_text("#!/bin/sh\necho refused >&2; exit 1\n")
        (tmp_path / name).chmod(0o755)
    done = subprocess.run(
        [sys.executable, "scripts/docker_tests.py"],
        cwd=ROOT,
        env={**environ, "CI": ci},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert "docker not available: not tested" in done.stderr
    assert done.returncode == code


def test_what_is_mounted_below_a_folder_is_seen_before_it_is_removed(tmp_path: Path) -> None:
    assert docker_host.mounted_below(tmp_path) == []
    assert "/proc" in docker_host.mounted_below(Path("/"))
