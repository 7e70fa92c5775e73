"""A Python ABCI 2.0 library: BaseApplication, ABCIServer, OkCode. Knows nothing of the registry."""

from abci_app.abci.server import ABCIServer, BaseApplication, OkCode

__all__ = ["ABCIServer", "BaseApplication", "OkCode"]
