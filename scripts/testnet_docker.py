"""`make testnet-docker`: four validators in containers play the first story and stay up.

Must not know: how containers are run. Invariant: either the story was told and the network is up,
or nothing is.
"""

import argparse
import functools
import os
import shutil
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

import tomlkit

from node import story
from node.cli import genesis, places, screen
from node.cli.faults import FAILED, OK, Fault
from node.engine.toolchain import EngineError
from node.home import HomeFault, Identity
from node.sdk.client import TonneError
from node.sdk.keys import KeyStore
from node.testnet import TestnetFault, alone, clean
from scripts.docker_network import COUNT, DockerFault, Network, Settings, check_engine
from tonne.v1.state_pb2 import Validator

FOLDER = Path(".testnet-docker")
CHAIN_ID = "tonne-testnet"
BEGIN_ANEW = "make testnet-docker-clean, then make testnet-docker"
INTERRUPTED = 130


def up(network: Network) -> None:
    """Bring the network up, play the story, and leave it running."""
    network.check()
    folder = network.folder / "client" / "keys" / places.TEST_KEYS
    keys = functools.cache(lambda: KeyStore.test(folder))  # no folder before the homes are made

    def genesis_of(members: Sequence[Identity]) -> bytes:
        rows = [Validator(key=m.validator_key, power=genesis.POWER, name=m.name) for m in members]
        return genesis.with_test_keys(keys(), CHAIN_ID, "local", rows)

    with alone(network.folder):
        network.lay_out(genesis_of)
        _write_client(network)
        screen.say(f"making the image {network.settings.image} (minutes the first time)")
        network.build()
        with network.or_nothing():
            screen.say(f"starting {COUNT} validators, project {network.settings.project}")
            network.fill()
            network.start()
            gateways = [network.address(index) for index in range(COUNT)]
            progress = network.folder / "story.json"
            story.play(story.Network(gateways, keys(), progress, BEGIN_ANEW), screen.say)
    screen.say(f"\n{COUNT} validators run in containers; gateways {', '.join(gateways)}")
    screen.say("Now try:\n")
    command = places.near(Path(sys.executable).absolute().with_name("tonne"))
    for line in story.now_try(command, str(network.folder / "client"), gateways):
        screen.say(f"  {line}")
    screen.say("\nThey stay up. make testnet-docker-down stops them, and started again the same")
    screen.say("chain goes on; make testnet-docker-clean forgets it.")


def down(network: Network) -> None:
    """Stop the containers."""
    check_engine()
    network.stop()
    screen.say(f"{network.settings.project} is stopped; its volumes stay")


def forget(network: Network) -> None:
    """Stop the containers and forget the chain."""
    check_engine()
    network.forget()
    if network.folder.exists():
        with alone(network.folder):
            clean(network.folder)
    screen.say(f"{network.settings.project} is forgotten")


def _write_client(network: Network) -> None:
    """Make the folder of the test keys a home that knows the first gateway as it is published."""
    config = network.folder / "client" / "config"
    config.mkdir(parents=True, exist_ok=True)
    first = network.folder / "node0" / "config"
    shutil.copyfile(first / "genesis.json", config / "genesis.json")
    ours = {"chain_id": CHAIN_ID, "gateway": {"address": network.address(0)}}
    (config / "tonne.toml").write_text(tomlkit.dumps(ours), encoding="utf-8")


def main(arguments: list[str] | None = None) -> int:
    """Do what the command says; 0 when it is done, else one message of what to do next."""
    commands = {"up": up, "down": down, "clean": forget}
    parser = argparse.ArgumentParser(prog="testnet_docker.py", description=__doc__)
    parser.add_argument("command", choices=commands)
    parser.add_argument("--dir", type=Path, default=FOLDER, help="where the test keys lie")
    options = parser.parse_args(arguments)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        commands[options.command](Network(Settings.of(os.environ), options.dir))
    except Fault as fault:
        screen.fault(fault.message, fault.hint)
        return fault.exit_code
    except (DockerFault, TestnetFault, HomeFault, EngineError, TonneError) as fault:
        screen.fault(str(fault), "")
        return FAILED
    except KeyboardInterrupt:
        screen.fault("interrupted", "No container was left running; run it again to go on.")
        return INTERRUPTED
    return OK


if __name__ == "__main__":
    sys.exit(main())
