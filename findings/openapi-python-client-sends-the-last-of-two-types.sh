#!/usr/bin/env bash
# openapi-python-client 0.29.1: a body that may come as two types with one schema is sent as the one that stands last in
# the document, whatever the caller means: the generated function asks twice whether it is that class, and the second
# header replaces the first. With a schema of its own for each type it is the class that chooses. And where the operation has
# no optional parameter, the module that is generated for it names what it does not import.
# Met: a change as JSON, in which null is refused, went out as a merge patch, in which null removes.
. "$(dirname "$0")/common.sh"
needs python3
cd "$folder"
python3 -m venv venv
PIP_DISABLE_PIP_VERSION_CHECK=1 venv/bin/pip install --quiet openapi-python-client==0.29.1
export PATH=$folder/venv/bin:$PATH

cat >one.json <<'JSON'
{
  "openapi": "3.1.0",
  "info": {"title": "shop", "version": "1"},
  "paths": {"/product": {"patch": {
    "operationId": "change",
    "parameters": [{"name": "If-Match", "in": "header", "required": false, "schema": {"type": "string"}}],
    "requestBody": {"required": true, "content": {
      "application/json": {"schema": {"$ref": "#/components/schemas/Change"}},
      "application/merge-patch+json": {"schema": {"$ref": "#/components/schemas/Change"}}
    }},
    "responses": {"204": {"description": "Changed"}}
  }}},
  "components": {"schemas": {
    "Change": {"type": "object", "properties": {"name": {"type": "string"}}},
    "Patch": {"type": "object", "properties": {"name": {"type": ["string", "null"]}}}
  }}
}
JSON
# The same with the two types in the other order, with a schema for each, and without the parameter.
python3 - <<'PYTHON'
import json
document = json.load(open("one.json"))
body = document["paths"]["/product"]["patch"]["requestBody"]
plain, patch = body["content"].items()
body["content"] = dict([patch, plain])
json.dump(document, open("turned.json", "w"))
body["content"] = {plain[0]: plain[1], patch[0]: {"schema": {"$ref": "#/components/schemas/Patch"}}}
json.dump(document, open("two.json", "w"))
del document["paths"]["/product"]["patch"]["parameters"]
json.dump(document, open("alone.json", "w"))
PYTHON

# type_of DOCUMENT CLASS: the type of the request that the generated client makes of such a body.
type_of() {
    local name=${1%.json}
    [ -e "$name" ] || openapi-python-client generate --path "$1" --meta none --output-path "$name" >/dev/null 2>&1
    python -c "
from importlib import import_module
change = import_module('$name.api.default.change')
body = getattr(import_module('$name.models'), '$2')(name='Bowl')
print(change._get_kwargs(body=body)['headers']['Content-Type'])" 2>failed || tail -n 1 failed
}
is "one schema, the merge patch last" application/merge-patch+json "$(type_of one.json Change)"
is "one schema, JSON last" application/json "$(type_of turned.json Change)"
is "a schema each, that of JSON" application/json "$(type_of two.json Change)"
is "a schema each, that of the merge patch" application/merge-patch+json "$(type_of two.json Patch)"
is "without an optional parameter" "NameError: name 'Unset' is not defined. Did you mean: 'UNSET'?" "$(type_of alone.json Change)"
