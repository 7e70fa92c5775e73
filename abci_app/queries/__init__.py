"""What a question returns: one function a read of the service, from committed state."""

from abci_app.queries.records import QUERIES, answer
from abci_app.queries.sight import Sight

__all__ = ["QUERIES", "Sight", "answer"]
