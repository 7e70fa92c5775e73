"""ABCI 2.0 for Python applications: the messages, an application to extend, and a server.

Usable alone: it imports the standard library and protobuf, and nothing of the registry. See
README.md beside this file for an example.
"""

from abci_app.abci.application import BaseApplication, ErrorCode, OkCode
from abci_app.abci.listener import AddressError
from abci_app.abci.server import ABCIServer
from abci_app.abci.wire import FrameError

__all__ = ["ABCIServer", "AddressError", "BaseApplication", "ErrorCode", "FrameError", "OkCode"]
