"""Mutants of a Python source: small changes, one at a time, that a good test must notice.

It must not know what the source is about, and it runs nothing. Invariant: the same source gives the
same mutants in the same order, and every one of them differs from the source in one place.
"""

import ast
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

MODULE = "<module>"
_COMPARISONS: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Lt: (ast.LtE, ast.GtE),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.LtE),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
}
_SIGNS: dict[type[ast.AST], str] = {
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
    ast.Eq: "==",
    ast.NotEq: "!=",
    ast.In: "in",
    ast.NotIn: "not in",
    ast.Is: "is",
    ast.IsNot: "is not",
    ast.And: "and",
    ast.Or: "or",
    ast.Add: "+",
    ast.Sub: "-",
    ast.Mult: "*",
    ast.FloorDiv: "//",
}
_OPERATOR = re.compile(r"not\s+in|is\s+not|is|in|and|or|[<>=!]=|//|[<>+*-]")
_ARITHMETIC: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.FloorDiv,
    ast.FloorDiv: ast.Mult,
}
_PAIRS = {"min": "max", "max": "min", "any": "all", "all": "any"}
_MESSAGE = re.compile(r"[A-Z]+[a-z]\w*")  # what is called so is built, not done
# Words for people and for the type checker: no behaviour, so no mutants.
_UNTOUCHED = (ast.JoinedStr, ast.Assert, ast.Import, ast.ImportFrom, ast.Global, ast.Nonlocal)
_UNTOUCHED_FIELDS = ("annotation", "returns", "decorator_list", "bases", "type_comment")

Change = tuple[str, ast.AST, str]  # (operator, the part that goes, the text that comes)


@dataclass(frozen=True)
class Mutant:
    """One change of one file."""

    path: str
    function: str  # dotted, `<module>` outside of all
    line: int  # where the changed part begins; the first is 1
    first: int  # the first line of the statement around it: what a test runs to reach it
    last: int
    operator: str
    source: str  # the line, stripped: with function and change what an explanation goes by
    before: str
    after: str
    start: int  # bytes of the file
    end: int

    @property
    def name(self) -> tuple[str, str, str, str, str]:
        """Return what stays the same while other lines of the file change."""
        return (self.path, self.function, self.source, self.before, self.after)

    def apply(self, source: str) -> str:
        """Return the changed source."""
        raw = source.encode()
        return (raw[: self.start] + self.after.encode() + raw[self.end :]).decode()


class _Text:
    """A source as bytes, and edits of one part of it that leave the rest as it is written."""

    def __init__(self, source: str) -> None:
        self.raw = source.encode()
        self._starts = [0]
        self._starts += [at + 1 for at, byte in enumerate(self.raw) if byte == ord("\n")]

    def begin(self, part: ast.expr | ast.stmt | ast.keyword) -> int:
        """Return the byte where a part begins."""
        return self._starts[part.lineno - 1] + part.col_offset

    def end(self, part: ast.expr | ast.stmt | ast.keyword) -> int:
        """Return the byte where a part has ended."""
        assert part.end_lineno is not None
        assert part.end_col_offset is not None
        return self._starts[part.end_lineno - 1] + part.end_col_offset

    def less(
        self, node: ast.expr, items: Sequence[ast.expr | ast.keyword], at: int, want: ast.expr
    ) -> str:
        """Return the text of a part without one of its items; `want` says what it must mean."""
        if at + 1 < len(items):
            cut = (self.begin(items[at]), self.begin(items[at + 1]))
        else:
            cut = (self.end(items[at - 1]) if at else self.begin(items[at]), self.end(items[at]))
        return self.edited(node, [(*cut, "")], want)

    def swapped(
        self, node: ast.expr, pairs: Sequence[tuple[ast.expr, ast.expr]], new: str, want: ast.expr
    ) -> str:
        """Return the text of a part with another operator between each pair of its operands."""
        edits = []
        for left, right in pairs:
            begin, end = self.end(left), self.begin(right)
            found = _OPERATOR.search(self.raw[begin:end].decode())
            if found is not None:
                edits.append((begin + found.start(), begin + found.end(), new))
        return self.edited(node, edits, want)

    def edited(self, node: ast.expr, edits: Sequence[tuple[int, int, str]], want: ast.expr) -> str:
        """Return a part after edits, or, if that is not what is wanted, `want` in plain form."""
        begin, raw = self.begin(node), self.raw[self.begin(node) : self.end(node)]
        for start, end, text in reversed(edits):
            raw = raw[: start - begin] + text.encode() + raw[end - begin :]
        plain = ast.unparse(want)
        return raw.decode() if _meaning(raw.decode()) == _meaning(plain) else plain


def _meaning(text: str) -> str:
    try:
        return ast.dump(ast.parse(f"({text}\n)", mode="eval"))
    except SyntaxError:
        return ""


@dataclass(frozen=True)
class _Place:
    """Where the walk is."""

    text: _Text
    function: str = ""
    truth: bool = False  # the function around returns bool
    statement: ast.stmt | None = None


def find(path: str, source: str) -> list[Mutant]:
    """Return every mutant of a file, in the order of the text."""
    text, lines = _Text(source), source.split("\n")
    found = []
    for place, (operator, part, whole) in _changes(ast.parse(source), _Place(text)):
        assert isinstance(part, (ast.expr, ast.stmt))
        begin, end = text.begin(part), text.end(part)
        skip, before, after = _narrowed(text.raw[begin:end].decode(), whole)
        statement, line = place.statement or part, part.lineno + skip[0]
        begin += skip[1]
        found.append(
            Mutant(
                path=path,
                function=place.function or MODULE,
                line=line,
                first=min(statement.lineno, part.lineno),
                last=part.end_lineno or part.lineno,
                operator=operator,
                source=lines[line - 1].strip(),
                before=before,
                after=after,
                start=begin,
                end=begin + len(before.encode()),
            )
        )
    return sorted(dict.fromkeys(found), key=lambda m: (m.start, m.end, m.operator, m.after))


def _narrowed(before: str, after: str) -> tuple[tuple[int, int], str, str]:
    """Leave out the lines that a change of many lines keeps, and say how many lines and bytes."""
    old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
    while len(old) > 1 and new and old[-1] == new[-1]:
        del old[-1], new[-1]
    head = 0
    while len(old) - head > 1 and len(new) > head and old[head] == new[head]:
        head += 1
    size = sum(len(line.encode()) for line in old[:head])
    return (head, size), "".join(old[head:]), "".join(new[head:])


# ---- the walk ----


def _changes(node: ast.AST, place: _Place) -> Iterator[tuple[_Place, Change]]:
    if isinstance(node, ast.stmt):
        place = replace(place, statement=node)
    yield from ((place, change) for change in _of(node, place))
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        dotted = f"{place.function}.{node.name}" if place.function else node.name
        returns = getattr(node, "returns", None)
        truth = isinstance(returns, ast.Name) and returns.id == "bool"
        place = replace(place, function=dotted, truth=truth)
    for name, value in ast.iter_fields(node):
        if name in _UNTOUCHED_FIELDS:
            continue
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.AST) and not isinstance(child, _UNTOUCHED):
                yield from _changes(child, place)


def _of(node: ast.AST, place: _Place) -> Iterator[Change]:
    """Yield the changes of one part, not of what is in it."""
    if isinstance(node, ast.stmt):
        yield from _of_statement(node, place)
    elif isinstance(node, ast.IfExp):
        yield from _conditions(node.test)
    elif isinstance(node, ast.comprehension):
        for test in node.ifs:
            yield from _conditions(test)
    elif isinstance(node, ast.Compare):
        yield from _comparisons(node, place.text)
    elif isinstance(node, (ast.BoolOp, ast.UnaryOp, ast.BinOp)):
        yield from _operations(node, place.text)
    elif isinstance(node, ast.Constant):
        yield from _constants(node)
    elif isinstance(node, ast.Call):
        yield from _calls(node, place.text)
    elif isinstance(node, (ast.Tuple, ast.List, ast.Dict)):
        yield from _elements(node, place.text)


def _of_statement(node: ast.stmt, place: _Place) -> Iterator[Change]:
    if isinstance(node, ast.Expr) and isinstance(node.value, (ast.Yield, ast.YieldFrom)):
        yield "drop", node, "yield from ()"
    elif _droppable(node):
        yield "drop", node, "pass"
    if isinstance(node, ast.AugAssign) and type(node.op) in _ARITHMETIC:
        turned = ast.AugAssign(node.target, _ARITHMETIC[type(node.op)](), node.value)
        yield "arithmetic", node, ast.unparse(turned)
    if isinstance(node, ast.Return):
        if node.value is None:
            yield "return", node, "pass"
        else:
            for after in ("True", "False") if place.truth else ("None",):
                if ast.unparse(node.value) != after:
                    yield "return", node.value, after
    if isinstance(node, ast.If):
        # An `if` around one thing that is dropped anyway would be the same mutant again.
        alone = len(node.body) == 1 and not node.orelse and _droppable(node.body[0])
        yield from _conditions(node.test, ("True",) if alone else ("True", "False"))
    if isinstance(node, ast.While):
        yield from _conditions(node.test, ("False",))


def _droppable(node: ast.stmt) -> bool:
    """Tell whether a statement does something and can be left out."""
    if isinstance(node, ast.Assign):
        return all(isinstance(to, (ast.Attribute, ast.Subscript)) for to in node.targets)
    if isinstance(node, ast.Expr):
        return isinstance(node.value, (ast.Call, ast.Await))
    return isinstance(node, (ast.AugAssign, ast.Raise, ast.Delete, ast.Continue, ast.Break))


def _conditions(test: ast.expr, become: tuple[str, ...] = ("True", "False")) -> Iterator[Change]:
    for after in become:
        if ast.unparse(test) != after:
            yield "condition", test, after


def _comparisons(node: ast.Compare, text: _Text) -> Iterator[Change]:
    sides = [node.left, *node.comparators]
    for at, operator in enumerate(node.ops):
        for other in _COMPARISONS[type(operator)]:
            ops = [*node.ops[:at], other(), *node.ops[at + 1 :]]
            want = ast.Compare(node.left, ops, node.comparators)
            pair = (sides[at], sides[at + 1])
            yield "compare", node, text.swapped(node, [pair], _SIGNS[other], want)


def _operations(node: ast.BoolOp | ast.UnaryOp | ast.BinOp, text: _Text) -> Iterator[Change]:
    if isinstance(node, ast.BoolOp):
        other = ast.Or if isinstance(node.op, ast.And) else ast.And
        pairs = list(pairwise(node.values))
        turned = ast.BoolOp(other(), node.values)
        yield "logic", node, f"({text.swapped(node, pairs, _SIGNS[other], turned)})"
        for at in range(len(node.values)):
            rest = [*node.values[:at], *node.values[at + 1 :]]
            left = ast.BoolOp(node.op, rest) if len(rest) > 1 else rest[0]
            yield "operand", node, f"({text.less(node, node.values, at, left)})"
    elif isinstance(node, ast.UnaryOp):
        if isinstance(node.op, ast.Not):
            yield "logic", node, f"({ast.unparse(node.operand)})"
    elif type(node.op) in _ARITHMETIC and not _has_text(node):
        sign = _ARITHMETIC[type(node.op)]
        want = ast.BinOp(node.left, sign(), node.right)
        pair = (node.left, node.right)
        yield "arithmetic", node, f"({text.swapped(node, [pair], _SIGNS[sign], want)})"


def _has_text(node: ast.BinOp) -> bool:
    """Tell whether texts, bytes or lists are joined: the change would be a type error at once."""
    sides = (node.left, node.right)
    joined = (ast.JoinedStr, ast.List, ast.Tuple, ast.ListComp)
    return any(
        isinstance(side, joined)
        or (isinstance(side, ast.Constant) and isinstance(side.value, (str, bytes)))
        for side in sides
    )


def _constants(node: ast.Constant) -> Iterator[Change]:
    if isinstance(node.value, bool):
        yield "constant", node, str(not node.value)
    elif isinstance(node.value, int):
        yield "constant", node, str(node.value + 1)
        yield "constant", node, str(node.value - 1)


def _calls(node: ast.Call, text: _Text) -> Iterator[Change]:
    named = ast.unparse(node.func).rsplit(".", 1)[-1]
    if isinstance(node.func, ast.Name) and named in _PAIRS:
        yield "call", node.func, _PAIRS[named]
    if _MESSAGE.fullmatch(named):
        items: list[ast.expr | ast.keyword] = [*node.args, *node.keywords]
        for at in range(len(node.keywords)):
            rest = [*node.keywords[:at], *node.keywords[at + 1 :]]
            want = ast.Call(node.func, node.args, rest)
            yield "field", node, text.less(node, items, len(node.args) + at, want)


def _elements(node: ast.Tuple | ast.List | ast.Dict, text: _Text) -> Iterator[Change]:
    """Yield the list of things less one; not of one, and not of what is only unpacked."""
    if isinstance(node, ast.Dict):
        for at in range(len(node.keys) if len(node.keys) > 1 else 0):
            keys, values = list(node.keys), list(node.values)
            del keys[at], values[at]
            yield "element", node, _less_entry(node, at, ast.Dict(keys, values), text)
        return
    if not isinstance(node.ctx, ast.Load):
        return
    for at in range(len(node.elts) if len(node.elts) > 1 else 0):
        rest = [*node.elts[:at], *node.elts[at + 1 :]]
        want = type(node)(rest, ast.Load())
        yield "element", node, text.less(node, node.elts, at, want)


def _less_entry(node: ast.Dict, at: int, want: ast.Dict, text: _Text) -> str:
    """Return the text of a dictionary without an entry: key and value go together."""
    key, after = node.keys[at], node.keys[at + 1] if at + 1 < len(node.keys) else None
    begin = node.values[at - 1] if at else None
    if key is not None and after is not None:
        return text.edited(node, [(text.begin(key), text.begin(after), "")], want)
    start = text.end(begin) if begin is not None else text.begin(node)
    return text.edited(node, [(start, text.end(node.values[at]), "")], want)
