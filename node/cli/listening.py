"""Options that say where a node listens, so that nobody edits a file for it.

Must not know: what the node does there. Invariant: what is not given is on this machine only.
"""

from typing import Annotated

import typer

from node import home as homes
from node.cli.faults import usage
from node.founding.draft import FoundingFault
from node.founding.join import check_address
from node.home import HomeFault, Ports

P2pOption = Annotated[str, typer.Option("--p2p", help="ADDRESS:PORT to listen on for other nodes.")]
ExternalOption = Annotated[
    str, typer.Option("--external", help="host:port at which other nodes reach it, if any do.")
]
GatewayOption = Annotated[str, typer.Option("--gateway", help="ADDRESS:PORT to serve clients on.")]
RpcOption = Annotated[
    int, typer.Option("--rpc", min=1, max=65_535, help="Port of the engine's RPC, on loopback.")
]
MetricsOption = Annotated[
    int,
    typer.Option("--metrics", min=0, max=65_533, help="First of three ports on loopback; 0: none."),
]
PlainTextOption = Annotated[
    bool, typer.Option("--plain-text", help="Serve without TLS beyond this machine too.")
]

GATEWAY, RPC = "127.0.0.1:9090", 26657


def ports(
    p2p: str, external: str, gateway: str, rpc: int, metrics: int, *, plain_text: bool
) -> Ports:
    """Return the places that the options name; Fault for one that is none, or for two that meet."""
    try:
        host, listen = homes.host_and_port(p2p)
        served, grpc = homes.host_and_port(gateway)
        if external:
            check_address(external)
    except (HomeFault, FoundingFault) as fault:
        raise usage(str(fault)) from fault
    taken = [listen, rpc, grpc, *(range(metrics, metrics + 3) if metrics else ())]
    twice = sorted(port for port in taken if taken.count(port) > 1)
    if twice:
        raise usage(
            f"port {twice[0]} is meant for two things",
            "Choose others: --p2p, --rpc, --gateway, --metrics (that one and the two above it).",
        )
    return Ports(
        listen,
        rpc,
        grpc,
        p2p_host=host,
        gateway_host=served,
        external=external,
        metrics=metrics,
        plain_text=plain_text,
    )
