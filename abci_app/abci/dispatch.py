"""From one request frame to one reply frame, by way of the application's method.

Knows messages and the application, nothing of sockets or threads. Invariant: a request of some
kind is answered by the response of that kind, or by an error; never by another kind, for the
engine stops on a reply that it did not ask for.
"""

from collections.abc import Callable

from google.protobuf.message import DecodeError, Message

from abci_app.abci import abci_pb2 as pb
from abci_app.abci.application import BaseApplication
from abci_app.abci.wire import FrameError, encode_frame, encode_varint

# A replica whose call of this kind failed does not know its state any more: it has to stop.
FATAL_CALLS = frozenset({"info", "init_chain", "finalize_block", "commit"})

_FLUSH_REPLY = encode_frame(pb.Response(flush=pb.ResponseFlush()).SerializeToString())
_LENGTH_DELIMITED = 2  # wire type of a message field

# The method to call, the class of its answer, the tag of that answer in the envelope.
_Route = tuple[Callable[[Message], Message], type[Message], bytes]


class CallError(Exception):
    """The application failed to answer: `cause` is what it raised, `fatal` whether to stop."""

    def __init__(self, call: str, cause: BaseException, *, fatal: bool) -> None:
        super().__init__(f"{call}: {type(cause).__name__}: {cause}")
        self.cause = cause
        self.fatal = fatal


class Dispatcher:
    """Answers request frames with one application; any number of threads may call it."""

    __slots__ = ("_fatal", "_routes")

    def __init__(self, app: BaseApplication, fatal: tuple[type[BaseException], ...] = ()) -> None:
        """Take the application, and the errors that are fatal whatever the call."""
        self._fatal = fatal
        fields = pb.Response.DESCRIPTOR.fields_by_name
        self._routes: dict[str, _Route] = {
            kind: (
                getattr(app, kind),
                getattr(pb, fields[kind].message_type.name),
                encode_varint(fields[kind].number << 3 | _LENGTH_DELIMITED),
            )
            for kind in pb.Request.DESCRIPTOR.fields_by_name
            if kind not in {"echo", "flush"}
        }

    def answer(self, frame: bytes) -> bytes:
        """Call the application for the request in `frame` and return the reply frame.

        FrameError when the bytes are no request of a known kind, CallError when the application
        raised or returned something else than the response of that kind.
        """
        try:
            request = pb.Request.FromString(frame)
        except DecodeError as error:
            raise FrameError(f"frame of {len(frame)} bytes is not an ABCI request") from error
        kind = request.WhichOneof("value")
        route = self._routes.get(kind) if kind else None
        if route is None:
            return _own_answer(request, kind)
        method, expected, tag = route
        try:
            body = _serialized(method(getattr(request, kind)), expected)
        except BaseException as error:
            # Whatever it was, SystemExit included: a thread must not end as if it had answered.
            fatal = kind in FATAL_CALLS or isinstance(error, self._fatal)
            raise CallError(kind, error, fatal=fatal) from error
        head = tag + encode_varint(len(body))
        return encode_varint(len(head) + len(body)) + head + body


def exception_reply(text: str) -> bytes:
    """Make the frame that tells the other side why the connection ends."""
    return encode_frame(pb.Response(exception=pb.ResponseException(error=text)).SerializeToString())


def _serialized(response: Message, expected: type[Message]) -> bytes:
    """Serialize an answer once: to put it into a Response, as usual, would copy it first."""
    if type(response) is not expected:
        raise TypeError(f"returned {type(response).__name__}, not {expected.__name__}")
    return response.SerializeToString()


def _own_answer(request: pb.Request, kind: str | None) -> bytes:
    """Answer what the application is not asked about."""
    if kind == "flush":
        return _FLUSH_REPLY
    if kind == "echo":
        echo = pb.ResponseEcho(message=request.echo.message)
        return encode_frame(pb.Response(echo=echo).SerializeToString())
    raise FrameError("a request without a kind that ABCI 2.0 knows")
