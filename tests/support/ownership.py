"""Finds the rows that a statement reaches without naming their owner. Postgres's own parser reads the statement.

A row is bound to the owner if its ``owner_id`` equals the owner that the caller gives, or that of a bound row, or if it
is the same row as a bound row, its parent or its child. Conditions count where they apply to each row: in WHERE, in ON
and, for new rows, in the inserted values.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any, NamedTuple

import psycopg
from pglast import ast, enums, parse_sql

OWNER = "owner"
UNOWNED = {
    "alembic_version": "the revisions of the schema",
    "queue_controls": "pauses, which operators set",
    "ticks": "the last ticks of the scheduler",
}
"""Tables whose rows belong to no owner, and their contents."""
UNENFORCED = {("events", "post_id"): "social_posts", ("publication_attempts", "publication_id"): "publications"}
"""Columns that refer to a row of another table without a foreign key, because they outlive it."""

_COLUMNS = """
    SELECT table_name, column_name FROM information_schema.columns
    WHERE table_schema = 'public' ORDER BY table_name, ordinal_position
"""
_FOREIGN_KEYS = """
    SELECT conrelid::regclass::text, attname, confrelid::regclass::text
    FROM pg_constraint JOIN pg_attribute ON attrelid = conrelid AND attnum = conkey[1]
    WHERE contype = 'f' AND connamespace = 'public'::regnamespace
"""
_PLACEHOLDER = re.compile(r"%\((\w+)\)s")


class Schema(NamedTuple):
    """``tables``: the columns of each table, in order. ``parents``: the tables to whose rows columns refer."""

    tables: Mapping[str, Sequence[str]]
    parents: Mapping[tuple[str, str], str]

    def is_owned(self, table: str) -> bool:
        """Return whether each row of the table belongs to an owner."""
        if table in UNOWNED:
            return False
        return "owner_id" in self.tables[table] or any(child == table for child, _ in self.parents)

    def meaning(self, table: str, column: str) -> str | None:
        """Return the object that a column of an owned table identifies: the owner, or a row of the returned table."""
        if not self.is_owned(table):
            return None
        if column == "owner_id":
            return OWNER
        return table if column == "id" else self.parents.get((table, column))


class Reach(NamedTuple):
    """``unbound``: the aliases of tables whose rows are not bound to the owner. ``conditions``: the lines of the
    conditions that compare the owners of rows, by their positions. ``optional``: whether the caller may leave out the
    owner."""

    unbound: frozenset[str]
    conditions: Mapping[int, str]
    optional: bool


def read_schema(url: str) -> Schema:
    """Return the schema of the database at ``url``."""
    tables: dict[str, list[str]] = {}
    with psycopg.connect(url) as connection:
        for table, column in connection.execute(_COLUMNS).fetchall():
            tables.setdefault(table, []).append(column)
        parents = {(child, column): parent for child, column, parent in connection.execute(_FOREIGN_KEYS).fetchall()}
    return Schema(tables, parents | UNENFORCED)


def reach(statement: str, schema: Schema, *, roots: Sequence[str] = (), without: int | None = None) -> Reach:
    """Return what ``statement`` reaches.

    ``roots``: aliases of tables that the statement may read for all owners. ``without``: the position of a condition
    that is left out, as if it were not in the statement.
    """
    parameters = dict.fromkeys(_PLACEHOLDER.findall(statement))
    numbers = {name: number for number, name in enumerate(parameters, 1)}
    text = _PLACEHOLDER.sub(lambda found: f"${numbers[found[1]]}", statement).replace("%%", "%")
    reader = _Reader(schema, list(parameters), frozenset(roots), without)
    for raw in _parsed(text):
        reader.query(raw.stmt, [], {})
    lines = {position: _line(text, position) for position in reader.conditions}
    return Reach(frozenset(reader.unbound), lines, reader.optional)


@cache
def _parsed(text: str) -> Any:
    """Return the syntax tree of a statement, which nobody changes."""
    return parse_sql(text)


class _Value(NamedTuple):
    """The object that a value identifies, and the alias of its row if the row is in the same FROM list and may be
    unbound.
    """

    meaning: str
    alias: str | None = None


type _Columns = dict[str, _Value | None]


@dataclass
class _Scope:
    """The FROM list of one SELECT, UPDATE or DELETE."""

    sources: dict[str, _Columns] = field(default_factory=dict)
    owned: set[str] = field(default_factory=set)
    conditions: list[tuple[Any, set[str] | None]] = field(default_factory=list)
    """Each condition, and the aliases that it restricts; None: all of them."""


class _Reader:
    def __init__(self, schema: Schema, parameters: list[str], roots: frozenset[str], without: int | None) -> None:
        self._schema = schema
        self._parameters = parameters
        self._roots = roots
        self._without = without
        self.unbound: set[str] = set()
        self.conditions: set[int] = set()
        self.optional = False

    def query(self, node: Any, outer: list[_Scope], ctes: dict[str, _Columns]) -> _Columns:
        """Read a statement or a subquery, and return the columns of its result."""
        ctes = dict(ctes)
        for cte in node.withClause.ctes if node.withClause else ():
            if node.withClause.recursive and getattr(cte.ctequery, "larg", None) is not None:
                ctes[cte.ctename] = self.query(cte.ctequery.larg, outer, ctes)  # the first rows, for the later ones
            ctes[cte.ctename] = _renamed(self.query(cte.ctequery, outer, ctes), cte.aliascolnames)
        match node:
            case ast.SelectStmt(op=enums.SetOperation.SETOP_NONE, valuesLists=None):
                return self._select(node, outer, ctes)
            case ast.SelectStmt(op=enums.SetOperation.SETOP_NONE):
                scopes = [*outer, _Scope()]
                self._expressions(node.valuesLists, scopes, ctes)
                return {f"column{n}": self._value(each, scopes) for n, each in enumerate(node.valuesLists[0])}
            case ast.SelectStmt():
                left, right = self.query(node.larg, outer, ctes), self.query(node.rarg, outer, ctes)
                pairs = zip(left.items(), right.values(), strict=True)
                return {name: value if value == other else None for (name, value), other in pairs}
            case ast.InsertStmt():
                return self._insert(node, outer, ctes)
            case ast.UpdateStmt() | ast.DeleteStmt():
                return self._change(node, outer, ctes)
        raise AssertionError(f"a statement of another kind: {type(node).__name__}")

    def _select(self, node: Any, outer: list[_Scope], ctes: dict[str, _Columns]) -> _Columns:
        scope = _Scope()
        for each in node.fromClause or ():
            self._add(each, scope, outer, ctes)
        scope.conditions += [(each, None) for each in _conjuncts(node.whereClause)]
        scopes = [*outer, scope]
        parts = (node.targetList, node.groupClause, node.havingClause, node.sortClause, node.distinctClause)
        self._expressions((*parts, node.limitCount, node.limitOffset, node.whereClause), scopes, ctes)
        self._bind(scope, scopes)
        return self._targets(node.targetList or (), scopes)

    def _change(self, node: Any, outer: list[_Scope], ctes: dict[str, _Columns]) -> _Columns:
        scope = _Scope()
        more = node.fromClause if isinstance(node, ast.UpdateStmt) else node.usingClause
        for each in (node.relation, *(more or ())):
            self._add(each, scope, outer, ctes)
        scope.conditions += [(each, None) for each in _conjuncts(node.whereClause)]
        scopes = [*outer, scope]
        returned = node.returningClause.exprs if node.returningClause else ()
        changed = node.targetList if isinstance(node, ast.UpdateStmt) else ()
        self._expressions((changed, returned, node.whereClause), scopes, ctes)
        self._bind(scope, scopes)
        return self._targets(returned, scopes)

    def _insert(self, node: Any, outer: list[_Scope], ctes: dict[str, _Columns]) -> _Columns:
        table, alias = node.relation.relname, _alias(node.relation)
        given = list(self.query(node.selectStmt, outer, ctes).values())
        values = dict(zip([each.name for each in node.cols], given, strict=True))
        if self._schema.is_owned(table):
            keys = [column for column in values if self._schema.meaning(table, column)]
            key = "owner_id" if "owner_id" in self._schema.tables[table] else keys[0]
            value = values.get(key)
            if (value is None or value.meaning != self._schema.meaning(table, key)) and alias not in self._roots:
                self.unbound.add(alias)
        scope = _Scope({alias: self._table(table, None)})
        scopes = [*outer, scope]
        returned = node.returningClause.exprs if node.returningClause else ()
        self._expressions((returned, node.onConflictClause), scopes, ctes)
        return self._targets(returned, scopes)

    def _add(self, item: Any, scope: _Scope, outer: list[_Scope], ctes: dict[str, _Columns]) -> None:
        """Add an item of a FROM list to ``scope``."""
        match item:
            case ast.RangeVar(relname=name) if name in ctes:
                scope.sources[_alias(item)] = ctes[name]
            case ast.RangeVar(relname=name):
                scope.sources[_alias(item)] = self._table(name, _alias(item))
                if self._schema.is_owned(name):
                    scope.owned.add(_alias(item))
            case ast.RangeSubselect():
                columns = self.query(item.subquery, [*outer, scope], ctes)
                scope.sources[item.alias.aliasname] = _renamed(columns, item.alias.colnames)
            case ast.RangeFunction():
                self._expressions(item.functions, [*outer, scope], ctes)
                scope.sources[item.alias.aliasname if item.alias else ""] = self._function(item)
            case ast.JoinExpr():
                self._add(item.larg, scope, outer, ctes)
                left = set(scope.sources)
                self._add(item.rarg, scope, outer, ctes)
                # The condition of an outer join leaves in the result the rows on the left that do not meet it.
                restricts = None if item.jointype is enums.JoinType.JOIN_INNER else set(scope.sources) - left
                scope.conditions += [(each, restricts) for each in _conjuncts(item.quals)]
                self._expressions(item.quals, [*outer, scope], ctes)
            case _:
                raise AssertionError(f"an item of another kind: {type(item).__name__}")

    def _table(self, table: str, alias: str | None) -> _Columns:
        meanings = {column: self._schema.meaning(table, column) for column in self._schema.tables[table]}
        return {column: _Value(meaning, alias) if meaning else None for column, meaning in meanings.items()}

    def _function(self, item: Any) -> _Columns:
        """Return the columns of ``unnest`` over parameters, or of another function, whose values identify nothing."""
        names = _column_names(item.alias)
        arguments = [_without_cast(each) for call, _ in item.functions for each in getattr(call, "args", None) or ()]
        given = [self._parameters[each.number - 1] if isinstance(each, ast.ParamRef) else "" for each in arguments]
        owners = {name for name, parameter in zip(names, given, strict=False) if parameter == "owner_ids"}
        return {name: _Value(OWNER) if name in owners else None for name in names}

    def _bind(self, scope: _Scope, scopes: list[_Scope]) -> None:
        """Add the tables of ``scope`` that its conditions do not bind to `unbound`."""
        bound = scope.owned & self._roots
        links: list[tuple[str, _Value]] = []
        for condition, restricts in scope.conditions:
            comparison, optional = self._comparison(condition)
            if comparison is None:
                continue
            sides = [self._value(each, scopes) for each in (comparison.lexpr, comparison.rexpr)]
            # The rows of a root may belong to any owner, so no condition protects them.
            if any(side and side.meaning == OWNER and side.alias in scope.owned - self._roots for side in sides):
                self.conditions.add(condition.location)
            if condition.location == self._without:
                continue
            restricted = scope.owned if restricts is None else scope.owned & restricts
            for this, other in (sides, sides[::-1]):
                if this and other and this.alias in restricted and this.meaning == other.meaning:
                    links.append((this.alias, other))
                    self.optional = self.optional or optional
        while more := {alias for alias, other in links if other.alias not in scope.owned - bound} - bound:
            bound |= more
        self.unbound |= scope.owned - bound

    def _comparison(self, condition: Any) -> tuple[Any, bool]:
        """Return the equation in a condition, and whether it holds for every row if the owner is null."""
        match condition:
            case ast.A_Expr(kind=enums.A_Expr_Kind.AEXPR_OP, name=(ast.String(sval="="),)):
                return condition, False
            case ast.BoolExpr(
                boolop=enums.BoolExprType.OR_EXPR,
                args=(ast.NullTest(arg=given, nulltesttype=enums.NullTestType.IS_NULL), ast.A_Expr() as equation),
            ) if self._is_owner(given):
                return equation, True
        return None, False

    def _is_owner(self, node: Any) -> bool:
        node = _without_cast(node)
        return isinstance(node, ast.ParamRef) and self._parameters[node.number - 1] == "owner_id"

    def _value(self, node: Any, scopes: list[_Scope]) -> _Value | None:
        node = _without_cast(node)
        if self._is_owner(node):
            return _Value(OWNER)
        if not isinstance(node, ast.ColumnRef) or isinstance(node.fields[-1], ast.A_Star):
            return None
        *qualifier, column = [each.sval for each in node.fields]
        for scope in reversed(scopes):
            for alias, columns in scope.sources.items():
                if column in columns and qualifier in ([], [alias]):
                    value = columns[column]
                    # The enclosing query checks the rows of its own tables.
                    return value if value is None or scope is scopes[-1] else _Value(value.meaning)
        return None

    def _targets(self, targets: Sequence[Any], scopes: list[_Scope]) -> _Columns:
        """Return the columns of a SELECT list or of RETURNING."""
        columns: _Columns = {}
        for position, target in enumerate(targets):
            node = _without_cast(target.val)
            if isinstance(node, ast.ColumnRef) and isinstance(node.fields[-1], ast.A_Star):
                named = [each.sval for each in node.fields[:-1]]
                for alias, found in scopes[-1].sources.items():
                    if named in ([], [alias]):
                        columns |= {name: value and _Value(value.meaning) for name, value in found.items()}
                continue
            name = target.name or (node.fields[-1].sval if isinstance(node, ast.ColumnRef) else f"column{position}")
            value = self._value(node, scopes)
            columns[name if name not in columns else f"column{position}"] = value and _Value(value.meaning)
        return columns

    def _expressions(self, node: Any, scopes: list[_Scope], ctes: dict[str, _Columns]) -> None:
        """Read the subqueries in an expression."""
        if isinstance(node, tuple):
            for each in node:
                self._expressions(each, scopes, ctes)
        elif isinstance(node, ast.SelectStmt):
            self.query(node, scopes, ctes)
        elif isinstance(node, ast.Node):
            for attribute in node:
                self._expressions(getattr(node, attribute), scopes, ctes)


def _line(text: str, position: int) -> str:
    return text[text.rfind("\n", 0, position) + 1 :].partition("\n")[0].strip()


def _conjuncts(condition: Any) -> Iterator[Any]:
    if isinstance(condition, ast.BoolExpr) and condition.boolop is enums.BoolExprType.AND_EXPR:
        for each in condition.args:
            yield from _conjuncts(each)
    elif condition is not None:
        yield condition


def _without_cast(node: Any) -> Any:
    return _without_cast(node.arg) if isinstance(node, ast.TypeCast) else node


def _alias(relation: Any) -> str:
    return str(relation.alias.aliasname if relation.alias else relation.relname)


def _column_names(alias: Any) -> list[str]:
    if alias is None:
        return []
    return [name.sval for name in alias.colnames] if alias.colnames else [alias.aliasname]


def _renamed(columns: _Columns, names: Sequence[Any] | None) -> _Columns:
    return dict(zip([name.sval for name in names], columns.values(), strict=True)) if names else columns
