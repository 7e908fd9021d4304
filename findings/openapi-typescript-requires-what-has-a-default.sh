#!/usr/bin/env bash
# openapi-typescript 7.13.0: a property that has a `default` becomes one that must be there, also in the body of a request,
# whose `required` does not name it and where the default is `null`. The types of a partial change then refuse the change of
# one field (typescript 5.9.3). The option that leaves it optional has to be known: --default-non-nullable=false.
# Met: 53 fields of souk's changes had a default of null, which the generator of the document had taken from the program.
. "$(dirname "$0")/common.sh"
needs node
needs npm
cd "$folder"
npm install --silent --no-audit --no-fund --ignore-scripts openapi-typescript@7.13.0 typescript@5.9.3 >/dev/null

cat >with.json <<'JSON'
{
  "openapi": "3.1.0",
  "info": {"title": "shop", "version": "1"},
  "paths": {"/products/{id}": {"patch": {
    "parameters": [{"name": "id", "in": "path", "required": true, "schema": {"type": "string"}}],
    "requestBody": {"required": true, "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Change"}}}},
    "responses": {"204": {"description": "Changed"}}
  }}},
  "components": {"schemas": {"Change": {"type": "object", "properties": {
    "name": {"type": ["string", "null"], "default": null},
    "brand": {"type": ["string", "null"], "default": null}
  }}}}
}
JSON
sed 's/, "default": null//' with.json >without.json
cat >change.ts <<'TS'
import type { components } from "./types.js";
const change: components["schemas"]["Change"] = { name: "Bowl" };
console.log(change);
TS

# compiles DOCUMENT OPTION… : whether the change of one field fits the types.
compiles() {
    local document=$1
    shift
    node_modules/.bin/openapi-typescript "$document" "$@" --output types.d.ts >/dev/null
    if node_modules/.bin/tsc --strict --noEmit --module nodenext --target es2022 change.ts >tsc.log; then
        echo yes
    else
        grep -o 'error TS[0-9]*' tsc.log | sort -u
    fi
}
is "one field fits where none has a default" yes "$(compiles without.json)"
is "one field where each has a default of null" "error TS2741" "$(compiles with.json)"
is "the property" "name: string | null;" "$(grep -o '\bname?*: string | null;' types.d.ts)"
is "the same with --default-non-nullable=false" yes "$(compiles with.json --default-non-nullable=false)"
