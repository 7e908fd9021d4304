use super::*;

#[test]
fn the_committed_document_is_current() {
    let (_, document) = routes();
    let text = document.to_pretty_json().unwrap() + "\n";
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/openapi.json");
    if std::env::var_os("UPDATE_SNAPSHOTS").is_some() {
        std::fs::write(path, &text).unwrap();
    }
    let committed = std::fs::read_to_string(path).unwrap_or_default();
    assert!(committed == text, "run the tests with UPDATE_SNAPSHOTS=1 to write openapi.json again");
}

/// What validators and generators of clients stumble over.
#[test]
fn the_document_is_one_that_clients_can_be_made_of() {
    let (_, document) = routes();
    let document = serde_json::to_value(document).unwrap();
    let tags: Vec<&str> =
        document["tags"].as_array().unwrap().iter().map(|tag| tag["name"].as_str().unwrap()).collect();
    let mut once = tags.clone();
    once.sort_unstable();
    once.dedup();
    assert_eq!(once.len(), tags.len(), "{tags:?}");
    let mut operations = std::collections::HashSet::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let name = operation["operationId"].as_str().unwrap();
            assert!(operations.insert(name.to_owned()), "two operations are called {name}");
            for (status, response) in operation["responses"].as_object().unwrap() {
                let says = response["description"].as_str().unwrap_or_default();
                assert!(!says.is_empty(), "{method} {path} {status}");
                for (kind, content) in response["content"].as_object().into_iter().flatten() {
                    let is_bytes = content["schema"]["format"] == "binary";
                    assert_eq!(kind.starts_with("image/"), is_bytes, "{method} {path} {status}");
                }
            }
        }
    }
}

/// Generators make a field with a default one that must be sent, and offer `null` where the type has it.
#[test]
fn a_change_may_leave_out_every_field_and_only_a_merge_patch_has_null_where_it_removes() {
    let (_, document) = routes();
    let document = serde_json::to_value(document).unwrap();
    let schemas = document["components"]["schemas"].as_object().unwrap();
    let takes_null = |property: &serde_json::Value| {
        let types = property["type"].as_array().into_iter().flatten();
        let items = property["oneOf"].as_array().into_iter().flatten().map(|item| &item["type"]);
        types.chain(items).any(|kind| kind == "null")
    };
    let patches: Vec<&str> = schemas.keys().filter_map(|name| name.strip_suffix("MergePatch")).collect();
    assert_eq!(patches, ["Category", "Product", "Sale", "Seller", "Variant"]);
    let types = patches.iter().flat_map(|name| ["Change", "MergePatch"].map(|end| format!("{name}{end}")));
    for name in types {
        let (schema, is_patch) = (&schemas[&name], name.ends_with("MergePatch"));
        assert_eq!(schema["required"], serde_json::Value::Null, "{name}");
        for (field, property) in schema["properties"].as_object().unwrap() {
            assert!(property.get("default").is_none(), "{name}.{field}");
            assert!(is_patch || !takes_null(property), "{name}.{field}");
        }
    }
    let patch = |schema: &str, field: &str| takes_null(&schemas[schema]["properties"][field]);
    for (schema, field, removes) in [
        ("ProductMergePatch", "brand", true),
        ("ProductMergePatch", "price", true),
        ("ProductMergePatch", "name", false),
        ("ProductMergePatch", "also_in", false),
        ("ProductMergePatch", "metadata", false),
        ("VariantMergePatch", "sale", true),
        ("VariantMergePatch", "price_adjustment", false),
        ("SaleMergePatch", "until", true),
        ("SaleMergePatch", "price", false),
        ("CategoryMergePatch", "parent", true),
    ] {
        assert_eq!(patch(schema, field), removes, "{schema}.{field}");
    }
    let bodies = &document["paths"]["/api/v1/products/{id}"]["patch"]["requestBody"]["content"];
    let body = |kind: &str| bodies[kind]["schema"]["$ref"].as_str().unwrap().rsplit('/').next().unwrap();
    assert_eq!(body("application/json"), "ProductChange");
    assert_eq!(body("application/merge-patch+json"), "ProductMergePatch");
    let sale = schemas["VariantMergePatch"]["properties"]["sale"].to_string();
    assert!(sale.contains("SaleMergePatch") && !sale.contains("SaleChange"), "{sale}");
}
