"""Imports every module of the generated Python client, and looks for every operation of the document among them.

The generator leaves out what it cannot make, and ends well.
"""

import importlib
import json
import pkgutil
import sys

import souk_client

# Its body is not JSON but lines of it, for which that generator has nothing.
NOT_GENERATED = {"create_products"}

modules = [module.name for module in pkgutil.walk_packages(souk_client.__path__, "souk_client.")]
for module in modules:
    importlib.import_module(module)

with open(sys.argv[1]) as file:
    document = json.load(file)
operations = {
    operation["operationId"]
    for path in document["paths"].values()
    for operation in path.values()
    if "operationId" in operation
}
missing = operations - {module.rsplit(".", 1)[1] for module in modules} - NOT_GENERATED
if missing:
    sys.exit(f"left out: {', '.join(sorted(missing))}")
