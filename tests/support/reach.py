"""Reads what a module makes, uses and changes, by syntax alone: nothing is executed.

It knows Python, not this house.
"""

import ast
from collections.abc import Iterator, Mapping

REACHING_CALLS = frozenset(
    {"setattr", "delattr", "exec", "eval", "compile", "globals", "locals", "vars", "__import__", "import_module"}
)
REACHING_ATTRIBUTES = frozenset(
    {
        "__bases__",
        "__builtins__",
        "__class__",
        "__closure__",
        "__code__",
        "__defaults__",
        "__delattr__",
        "__dict__",
        "__globals__",
        "__mro__",
        "__new__",
        "__setattr__",
        "__setstate__",
        "__subclasses__",
        "_getframe",
        "f_globals",
        "f_locals",
    }
)
REACHING_IMPORTS = frozenset({"ctypes", "gc", "inspect", "unittest", "mock", "builtins", "copyreg", "weakref"})
CHANGING_METHODS = frozenset(
    {
        "add",
        "append",
        "clear",
        "discard",
        "extend",
        "insert",
        "pop",
        "popitem",
        "remove",
        "reverse",
        "setdefault",
        "sort",
        "update",
    }
)

Names = Mapping[str, str]
"""A name as a module uses it -> the full name of what it stands for."""


def names(module: str, tree: ast.Module) -> dict[str, str]:
    """Say what the names of a module stand for: its imports, and what it defines itself at the top."""
    found: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            found |= {alias.asname or alias.name: f"{node.module}.{alias.name}" for alias in node.names}
        elif isinstance(node, ast.Import):
            for alias in node.names:
                first = alias.name.split(".")[0]
                found[alias.asname or first] = alias.name if alias.asname else first
    defined = (node.name for node in tree.body if isinstance(node, ast.ClassDef | ast.FunctionDef))
    return {name: f"{module}.{name}" for name in defined} | found


class House:
    """Modules by their syntax trees; names are followed through whoever passes them on."""

    def __init__(self, trees: Mapping[str, ast.Module]) -> None:
        self.trees = dict(trees)
        self._names = {module: names(module, tree) for module, tree in trees.items()}

    def joined_by(self, module: str, tree: ast.Module) -> "House":
        """Return the house with one module more."""
        house = House({module: tree})
        house.trees |= self.trees
        house._names |= self._names
        return house

    def imported(self, module: str) -> Iterator[str]:
        """Yield the full name of everything that a module imports."""
        beginning = f"{module}."
        yield from (name for name in self._names[module].values() if not name.startswith(beginning))

    def full(self, name: str) -> str:
        """Follow a full name to where it is defined."""
        for _step in range(8):
            module, _dot, last = name.rpartition(".")
            further = self._names.get(module, {}).get(last, name)
            if further == name:
                return name
            name = further
        return name

    def stands_for(self, module: str, node: ast.expr) -> str | None:
        """Return the full name that an expression of dotted names stands for."""
        if isinstance(node, ast.Name):
            known = self._names[module].get(node.id)
            return None if known is None else self.full(known)
        if isinstance(node, ast.Attribute):
            base = self.stands_for(module, node.value)
            return None if base is None else self.full(f"{base}.{node.attr}")
        return None

    def values(self, module: str) -> Iterator[tuple[str, int]]:
        """Yield every full name that a module uses as a value, with its line: calls, passes on, inherits from.

        Annotations, subscripts, patterns and the types that `isinstance` is asked about are none.
        """
        tree = self.trees[module]
        passed = {id(inner) for outer in _told_only(tree) for inner in ast.walk(outer)}
        for node in ast.walk(tree):
            if isinstance(node, ast.Attribute):
                passed.add(id(node.value))  # the longest name counts; a tree is walked from the outside
            if id(node) not in passed and isinstance(node, ast.Name | ast.Attribute):
                name = self.stands_for(module, node)
                if name is not None:
                    yield name, node.lineno

    def changes(self, module: str) -> Iterator[str]:
        """Yield every statement that changes what is not the module's own.

        That is: an attribute of an object other than `self`; anything that hangs on an imported name; a global.
        """
        for node in ast.walk(self.trees[module]):
            if isinstance(node, ast.Global):
                yield ast.unparse(node)
            elif isinstance(node, ast.Attribute | ast.Subscript) and isinstance(node.ctx, ast.Store | ast.Del):
                if self._is_strange(module, node):
                    yield f"{ast.unparse(node)} = ..."
            elif (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and node.func.attr in CHANGING_METHODS
                and self._is_imported(module, root(node.func))
            ):
                yield ast.unparse(node)

    def _is_strange(self, module: str, node: ast.Attribute | ast.Subscript) -> bool:
        if self._is_imported(module, root(node)):
            return True
        return isinstance(node, ast.Attribute) and not (
            isinstance(node.value, ast.Name) and node.value.id in ("self", "cls")
        )

    def _is_imported(self, module: str, name: str | None) -> bool:
        known = self._names[module].get(name or "")
        return known is not None and not known.startswith(f"{module}.")

    def reaches(self, module: str) -> Iterator[str]:
        """Yield every use of what reaches past names and types."""
        for node in ast.walk(self.trees[module]):
            if isinstance(node, ast.Attribute) and (
                node.attr in REACHING_ATTRIBUTES or self.stands_for(module, node) == "sys.modules"
            ):
                yield ast.unparse(node)
            elif isinstance(node, ast.Call):
                named = node.func.attr if isinstance(node.func, ast.Attribute) else ast.unparse(node.func)
                bare = isinstance(node.func, ast.Name) or named == "import_module"
                if bare and named in REACHING_CALLS:
                    yield ast.unparse(node)
            elif isinstance(node, ast.Import | ast.ImportFrom):
                modules = (
                    [node.module or ""] if isinstance(node, ast.ImportFrom) else [each.name for each in node.names]
                )
                for each in modules:
                    if each.split(".")[0] in REACHING_IMPORTS:
                        yield ast.unparse(node)

    def replaced(self, module: str) -> Iterator[str]:
        """Yield what a module gives to `dataclasses.replace` to be made anew with other fields."""
        for node in ast.walk(self.trees[module]):
            if isinstance(node, ast.Call):
                name = self.stands_for(module, node.func)
                if name in ("dataclasses.replace", "copy.replace"):
                    yield ast.unparse(node.args[0])
                elif isinstance(node.func, ast.Attribute) and node.func.attr == "__replace__":
                    yield ast.unparse(node.func.value)

    def attributes(self, module: str) -> Iterator[str]:
        """Yield the name of every attribute that a module reads, of methods too that it calls or passes on."""
        for node in ast.walk(self.trees[module]):
            if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Load):
                yield node.attr


def root(node: ast.expr) -> str | None:
    """Return the name at which a chain of attributes and subscripts begins; None where it begins with a call."""
    while isinstance(node, ast.Attribute | ast.Subscript):
        node = node.value
    return node.id if isinstance(node, ast.Name) else None


def _told_only(tree: ast.Module) -> Iterator[ast.AST]:
    """Yield the parts of a module where a type is named and nothing is done with it."""
    for node in ast.walk(tree):
        match node:
            case ast.AnnAssign(annotation=annotation) | ast.arg(annotation=ast.expr() as annotation):
                yield annotation
            case ast.FunctionDef(returns=ast.expr() as returns) | ast.AsyncFunctionDef(returns=ast.expr() as returns):
                yield returns
            case ast.Subscript(slice=inner):
                yield inner
            case ast.Call(func=ast.Name(id="isinstance"), args=[_, types]):
                yield types
            case ast.MatchClass(cls=pattern):
                yield pattern
