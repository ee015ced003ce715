"""Syntax trees of library modules: parse, rename, print, compile. Argument: how many modules."""
import ast
import importlib.util
import sys

MODULES = ["argparse", "typing", "tarfile", "subprocess", "zipfile", "threading"]


class Rename(ast.NodeTransformer):
    def visit_Attribute(self, node):
        self.generic_visit(node)
        return ast.copy_location(ast.Attribute(node.value, "new_" + node.attr, node.ctx), node)

    def visit_Constant(self, node):
        return ast.copy_location(ast.Constant(node.value), node)


kept = []
nodes = 0
for name in MODULES[:int(sys.argv[1])]:
    with open(importlib.util.find_spec(name).origin, encoding="utf-8") as file:
        tree = ast.parse(file.read(), name)
    nodes += sum(1 for _ in ast.walk(tree))
    tree = ast.fix_missing_locations(Rename().visit(tree))
    again = ast.parse(ast.unparse(tree))
    kept.append((tree, compile(again, name, "exec")))
    if len(kept) > 2:
        kept.pop(0)
print("nodes", nodes)
