// Changes one field at a time with the generated TypeScript types, and compares all of a product before and after. Only
// types are generated: what is sent is what is written here, as long as the types let it be.
//
//     one-field.mjs ADDRESS DOCUMENT PRODUCT

import { readFileSync } from "node:fs";
import { isDeepStrictEqual } from "node:util";
import createClient from "openapi-fetch";
import type { components, paths } from "./schema.js";

type Schemas = components["schemas"];
type Leaves = Record<string, unknown>;

const [address = "", file = "", id = ""] = process.argv.slice(2);
const document = JSON.parse(readFileSync(file, "utf8"));
const headers: Record<string, string> = { "X-User-Id": "U001" };
const client = createClient<paths>({ baseUrl: address });
let sent = "";
client.use({
  async onRequest({ request }) {
    for (const [name, value] of Object.entries(headers)) request.headers.set(name, value);
    sent = `${request.headers.get("Content-Type")} ${await request.clone().text()}`;
  },
});

function say(holds: boolean, what: string, ...why: string[]) {
  console.log(`${holds ? "ok  " : "FAIL"}  TypeScript: ${what}`);
  if (holds) return;
  process.exitCode = 1;
  for (const line of why) console.log(`      ${line}`);
}

interface Answer<T> {
  data?: T;
  error?: Schemas["ProblemDocument"];
  response: Response;
}

/** What was answered to what must go well. */
function answered<T>({ data, error, response }: Answer<T>): T {
  if (data === undefined) throw new Error(`${response.url} ${sent}: ${response.status} ${JSON.stringify(error)}`);
  if (response.headers.has("Souk-Stale")) throw new Error(`${response.url} does not show in time what was changed`);
  // Later questions wait for what has been changed by then.
  const position = response.headers.get("Souk-Position");
  if (position) headers["Souk-Position"] = position;
  return data;
}

const show = () => client.GET("/api/v1/products/{id}", { params: { path: { id } } });
const toProduct = (body: Schemas["ProductChange"]) =>
  client.PATCH("/api/v1/products/{id}", { params: { path: { id } }, body });
const variants = answered(await show()).variants.map((variant) => variant.id);
const [first = ""] = variants;
const toVariant = (body: Schemas["VariantChange"]) =>
  client.PATCH("/api/v1/variants/{id}", { params: { path: { id: first } }, body });

/** The page, the product as the store has it, which only changes answer with, and each of its variants. */
async function everything() {
  const page = await show();
  return {
    etag: page.response.headers.get("ETag"),
    page: answered(page),
    store: answered(await toProduct({})),
    variants: await Promise.all(
      variants.map(async (id) => answered(await client.GET("/api/v1/variants/{id}", { params: { path: { id } } }))),
    ),
  };
}
type Everything = Awaited<ReturnType<typeof everything>>;

/** Each value by its way, such as `page.variants.0.price`. */
function flat(value: unknown, at = ""): Leaves {
  const inner = value !== null && typeof value === "object" ? Object.entries(value) : [];
  if (inner.length === 0) return { [at]: value };
  return Object.assign({}, ...inner.map(([name, part]) => flat(part, at ? `${at}.${name}` : name)));
}

/** What is another, came or went, as it is now; what went is `undefined`. */
function difference(before: Everything, after: Everything): Leaves {
  const [was, is] = [flat(before), flat(after)];
  const ways = Object.keys({ ...was, ...is }).filter((way) => !isDeepStrictEqual(was[way], is[way]));
  return Object.fromEntries(ways.map((way) => [way, is[way]]));
}

const ofProduct = (field: string, value: unknown): Leaves => ({ [`page.${field}`]: value, [`store.${field}`]: value });
const ofVariant = (number: number, field: string, value: unknown): Leaves => ({
  ...ofProduct(`variants.${number}.${field}`, value),
  [`variants.${number}.${field}`]: value,
});

/** What moves with any change but that of a stock: a product's version stands for its variants, too. */
function versions(before: Everything, ofFirst = false): Leaves {
  const version = before.page.version + 1;
  const moved = { etag: `"${version}"`, ...ofProduct("version", version) };
  return ofFirst ? { ...moved, "variants.0.version": (before.variants[0]?.version ?? 0) + 1 } : moved;
}

async function changes(what: string, change: () => Promise<Answer<unknown>>, expectedOf: (before: Everything) => Leaves) {
  const before = await everything();
  const answer = await change();
  const asked = sent;
  if (answer.response.ok) answered(answer);
  const expected = expectedOf(before);
  const found = difference(before, await everything());
  say(
    answer.response.ok && isDeepStrictEqual(found, expected),
    `${what}: ${asked}`,
    `answer   ${answer.response.status} ${JSON.stringify(answer.data ?? answer.error)}`,
    `changed  ${JSON.stringify(found)}`,
    `expected ${JSON.stringify(expected)}`,
  );
}

/** What clients send that know no difference between nothing and `null`. */
async function refusesNull(what: string, schema: string, change: (body: never) => Promise<Answer<unknown>>, field: object) {
  const nothing = Object.keys(document.components.schemas[schema].properties).map((name) => [name, null]);
  const before = await everything();
  // Types may forbid it.
  const { error, response } = await change({ ...Object.fromEntries(nothing), ...field } as never);
  const asked = sent;
  const found = difference(before, await everything());
  say(
    response.status === 400 && (error?.detail.includes("null") ?? false) && Object.keys(found).length === 0,
    `${what}, all else null, is refused: ${error?.detail}`,
    `body     ${asked}`,
    `answer   ${response.status} ${JSON.stringify(error)}`,
    `changed  ${JSON.stringify(found)}`,
  );
}

// What the catalogue's files say nothing of could not be seen to go.
answered(
  await toProduct({
    slug: `slug-of-${id.toLowerCase()}`,
    seo_title: "Title",
    seo_description: "Description",
    also_in: ["C02"],
    metadata: { colour: "as it comes", shelf: "4" },
  }),
);
answered(
  await toVariant({
    weight_g: 400,
    mpn: "M-1",
    list_price: 900,
    dimensions_mm: [10, 20, 30],
    metadata: { drawer: "7" },
    sale: { price: 1, from: "2999-01-01T00:00:00Z", until: "2999-02-01T00:00:00Z" },
  }),
);

await changes("a change of nothing changes nothing", () => toProduct({}), () => ({}));
await changes("one field of a product changes that one", () => toProduct({ description: "Told anew." }), (before) => ({
  ...ofProduct("description", "Told anew."),
  ...versions(before),
}));
await changes("one of its further texts changes that one", () => toProduct({ seo_title: "Another title" }), (before) => ({
  ...ofProduct("seo_title", "Another title"),
  ...versions(before),
}));
await changes("one entry of its metadata changes that one", () => toProduct({ metadata: { shelf: "5" } }), (before) => ({
  "store.metadata.shelf": "5",
  ...versions(before),
}));
const price = ((await everything()).store.price ?? 0) + 2;
await changes("its price changes it, and the prices of its variants with it", () => toProduct({ price }), (before) => ({
  ...ofProduct("price", price),
  ...versions(before),
  ...Object.assign({}, ...before.variants.map(({ price }, number) => ofVariant(number, "price", (price ?? 0) + 2))),
}));
await changes("one field of a variant changes that one", () => toVariant({ weight_g: 450 }), (before) => ({
  ...ofVariant(0, "weight_g", 450),
  ...versions(before, true),
}));
const until = "2999-03-01T00:00:00Z";
await changes("one field of its sale changes that one", () => toVariant({ sale: { until } }), (before) => ({
  ...ofVariant(0, "sale.until", until),
  ...versions(before, true),
}));
await changes("its stock changes that, and the product's with it", () => toVariant({ stock_change: 3 }), (before) => ({
  ...ofVariant(0, "stock", (before.variants[0]?.stock ?? 0) + 3),
  ...ofProduct("stock", before.page.stock + 3),
}));

await refusesNull("one field of a product", "ProductChange", toProduct, { description: "Lost" });
await refusesNull("one field of a variant", "VariantChange", toVariant, { stock_change: 1 });
