"""Changes one field at a time with the generated Python client, and compares all of a product before and after.

    one_field.py ADDRESS DOCUMENT PRODUCT
"""

import json
import sys
import time
from http import HTTPStatus

import httpx
from souk_client import Client
from souk_client.api.catalog import change_product, change_variant, show_product, show_variant
from souk_client.api.operations import live
from souk_client.models import BTreeMap, ProductChange, SaleChange, VariantChange

address, file, product = sys.argv[1:]
with open(file) as text:
    document = json.load(text)
sent = None


def keep(request):
    global sent
    request.read()
    sent = request


client = Client(
    base_url=address,
    headers={"X-User-Id": "U001"},
    timeout=httpx.Timeout(30),
    httpx_args={"event_hooks": {"request": [keep]}},
)
failed = False


def say(holds, what, *why):
    global failed
    failed |= not holds
    print(f"{'ok  ' if holds else 'FAIL'}  Python: {what}", flush=True)
    if not holds:
        for line in why:
            print(f"      {line}", flush=True)


def answered(answer):
    """What was answered to what must go well, as it came."""
    if answer.status_code != HTTPStatus.OK:
        asked = f"{sent.method} {sent.url} {body_sent()}"
        sys.exit(f"FAIL  Python: {asked}: {answer.status_code} {answer.content.decode()}")
    if answer.headers.get("Souk-Stale"):
        sys.exit(f"FAIL  Python: {sent.url} does not show in time what was changed")
    # Later questions wait for what has been changed by then.
    if position := answer.headers.get("Souk-Position"):
        client.get_httpx_client().headers["Souk-Position"] = position
    return json.loads(answer.content)


def understood(answer):
    """The same, where the client must also have read all that was said."""
    told = answered(answer)
    if answer.parsed.to_dict() != told:
        sys.exit(f"FAIL  Python: of {told} the client understands {answer.parsed.to_dict()}")
    return told


def body_sent():
    return f"{sent.headers.get('Content-Type')} {sent.content.decode()}"


def plainly(url, body, media_type="application/json"):
    """A change that no generated code has a hand in."""
    return client.get_httpx_client().patch(url, content=json.dumps(body), headers={"Content-Type": media_type})


def everything():
    """The page, the product as the store has it, which only changes answer with, and each of its variants.

    What the generated client gets wrong in a change must not happen before this is read, too.
    """
    page = show_product.sync_detailed(product, client=client)
    return {
        "etag": page.headers["ETag"],
        "page": understood(page),
        "store": answered(plainly(product_url, {})),
        "variants": [understood(show_variant.sync_detailed(id, client=client)) for id in variants],
    }


def flat(value, at=""):
    """Each value by its way, such as `page.variants.0.price`."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    if not inner:
        return {at: value}
    return {way: leaf for name, part in inner for way, leaf in flat(part, f"{at}.{name}" if at else str(name)).items()}


def difference(before, after):
    """What is another, came or went, as it is now; what went is shown as `None`, and is not taken for `null`."""
    absent = object()
    before, after = flat(before), flat(after)
    ways = [way for way in before | after if before.get(way, absent) != after.get(way, absent)]
    return {way: after.get(way) for way in sorted(ways)}


def of_product(field, value):
    return {f"{where}.{field}": value for where in ("page", "store")}


def of_variant(number, field, value):
    return {
        f"page.variants.{number}.{field}": value,
        f"store.variants.{number}.{field}": value,
        f"variants.{number}.{field}": value,
    }


def versions(before, variant=None):
    """What moves with any change but that of a stock: a product's version stands for its variants, too."""
    version = before["page"]["version"] + 1
    moved = {"etag": f'"{version}"', **of_product("version", version)}
    if variant is not None:
        moved[f"variants.{variant}.version"] = before["variants"][variant]["version"] + 1
    return moved


def changes(what, change, expected_of):
    before = everything()
    answer = change()
    asked = body_sent()
    if answer.status_code == HTTPStatus.OK:
        understood(answer)
    expected = expected_of(before)
    found = difference(before, everything())
    say(
        answer.status_code == HTTPStatus.OK and found == expected,
        f"{what}: {asked}",
        f"answer   {answer.status_code} {answer.content.decode()}",
        f"changed  {found}",
        f"expected {expected}",
    )


def refuses_null(what, url, schema, field, value):
    """What clients send that know no difference between nothing and `null`."""
    fields = document["components"]["schemas"][schema]["properties"]
    body = {name: None for name in fields} | {field: value}
    for media_type in ("application/json", "application/merge-patch+json"):
        before = everything()
        answer = plainly(url, body, media_type)
        changed = difference(before, everything())
        problem = answer.json()
        say(
            answer.status_code == 400 and "null" in problem.get("detail", "") and not changed,
            f"{what} as {media_type}, all else null, is refused: {problem.get('detail')}",
            f"body     {json.dumps(body)}",
            f"answer   {answer.status_code} {answer.text}",
            f"changed  {changed}",
        )


def wait():
    for _ in range(300):
        try:
            if live.sync_detailed(client=client).status_code == HTTPStatus.OK:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.1)
    sys.exit(f"FAIL  Python: {address} does not answer")


def to_product(**change):
    return change_product.sync_detailed(product, client=client, body=ProductChange(**change))


def to_variant(**change):
    return change_variant.sync_detailed(first, client=client, body=VariantChange(**change))


wait()
served = client.get_httpx_client().get("/openapi.json").json()
say(served == document, "souk serves the document that the client was made of", "it was built of other sources")

product_url = f"/api/v1/products/{product}"
variants = [variant["id"] for variant in understood(show_product.sync_detailed(product, client=client))["variants"]]
first = variants[0]
first_url = f"/api/v1/variants/{first}"

# What the catalogue's files say nothing of could not be seen to go.
further = {
    "slug": f"slug-of-{product.lower()}",
    "seo_title": "Title",
    "seo_description": "Description",
    "also_in": ["C02"],
    "metadata": {"colour": "as it comes", "shelf": "4"},
}
answered(plainly(product_url, further))
further = {
    "weight_g": 400,
    "mpn": "M-1",
    "list_price": 900.0,
    "dimensions_mm": [10, 20, 30],
    "metadata": {"drawer": "7"},
    "sale": {"price": 1.0, "from": "2999-01-01T00:00:00Z", "until": "2999-02-01T00:00:00Z"},
}
answered(plainly(first_url, further))

changes("a change of nothing changes nothing", to_product, lambda before: {})
changes(
    "one field of a product changes that one",
    lambda: to_product(description="Told anew."),
    lambda before: of_product("description", "Told anew.") | versions(before),
)
changes(
    "one of its further texts changes that one",
    lambda: to_product(seo_title="Another title"),
    lambda before: of_product("seo_title", "Another title") | versions(before),
)
changes(
    "one entry of its metadata changes that one",
    lambda: to_product(metadata=BTreeMap.from_dict({"shelf": "5"})),
    lambda before: {"store.metadata.shelf": "5"} | versions(before),
)


def dearer(before):
    price = before["store"]["price"] + 2
    moved = of_product("price", price) | versions(before)
    for number, variant in enumerate(before["variants"]):
        moved |= of_variant(number, "price", variant["price"] + 2)
    return moved


price = everything()["store"]["price"] + 2
changes("its price changes it, and the prices of its variants with it", lambda: to_product(price=price), dearer)
changes(
    "one field of a variant changes that one",
    lambda: to_variant(weight_g=450),
    lambda before: of_variant(0, "weight_g", 450) | versions(before, variant=0),
)
changes(
    "one field of its sale changes that one",
    lambda: to_variant(sale=SaleChange(until="2999-03-01T00:00:00Z")),
    lambda before: of_variant(0, "sale.until", "2999-03-01T00:00:00Z") | versions(before, variant=0),
)
changes(
    "its stock changes that, and the product's with it",
    lambda: to_variant(stock_change=3),
    lambda before: of_variant(0, "stock", before["variants"][0]["stock"] + 3)
    | of_product("stock", before["page"]["stock"] + 3),
)

refuses_null("one field of a product", product_url, "ProductChange", "description", "Lost")
refuses_null("one field of a variant", first_url, "VariantChange", "stock_change", 1)
sys.exit(failed)
