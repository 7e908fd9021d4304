//! How changes look in the document. A `PATCH` takes one of two types of body, and only in a merge patch does `null` say
//! anything. Each has schemas of its own, so that clients which are generated from them offer `null` only where it
//! removes something, and say of which type the body is.

use std::collections::BTreeMap;

use utoipa::openapi::path::Operation;
use utoipa::openapi::schema::SchemaType;
use utoipa::openapi::{self, RefOr, Schema, Type};

use crate::gate::MERGE_PATCH;

/// How the names of schemas of changes end, and those of the same changes as merge patches.
const CHANGE: &str = "Change";
const PATCH: &str = "MergePatch";

/// Parts every schema of a change that may come as a merge patch in two.
pub(super) fn part(document: &mut openapi::OpenApi) {
    let patched = document.paths.paths.values_mut().filter_map(|item| patched(item.patch.as_mut()?));
    let mut names: Vec<String> = patched.collect();
    let Some(components) = &mut document.components else { return };
    let mut patches = BTreeMap::new();
    while let Some(name) = names.pop() {
        let patch_name = format!("{name}{PATCH}");
        let Some(RefOr::T(schema)) = components.schemas.get_mut(&format!("{name}{CHANGE}")) else { continue };
        if patches.contains_key(&patch_name) {
            continue;
        }
        let mut patch = schema.clone();
        // Absent means "keep": a default would make clients send the field.
        each_property(&mut patch, &mut |property| *property = without_default(property.clone()));
        each_property(&mut patch, &mut |property| names.extend(refer_to_patch(property)));
        patches.insert(patch_name, RefOr::T(patch));
        each_property(schema, &mut |property| *property = without_null(without_default(property.clone())));
    }
    components.schemas.extend(patches);
}

/// The change that an operation takes as a merge patch, without the end of its name.
fn patched(operation: &mut Operation) -> Option<String> {
    let Some(RefOr::T(body)) = &mut operation.request_body else { return None };
    let Some(RefOr::T(content)) = body.content.get_mut(MERGE_PATCH) else { return None };
    refer_to_patch(content.schema.as_mut()?)
}

fn each_property(schema: &mut Schema, change: &mut dyn FnMut(&mut RefOr<Schema>)) {
    if let Schema::Object(object) = schema {
        object.properties.values_mut().for_each(change);
    }
}

/// The change that was referred to, without the end of its name.
fn refer_to_patch(schema: &mut RefOr<Schema>) -> Option<String> {
    match schema {
        RefOr::Ref(to) => {
            let change = to.ref_location.strip_suffix(CHANGE)?;
            let name = change.rsplit('/').next()?.to_owned();
            to.ref_location = format!("{change}{PATCH}");
            Some(name)
        }
        RefOr::T(Schema::OneOf(one)) => one.items.iter_mut().find_map(refer_to_patch),
        RefOr::T(_) => None,
    }
}

fn without_default(mut schema: RefOr<Schema>) -> RefOr<Schema> {
    match &mut schema {
        RefOr::Ref(to) => to.default = None,
        RefOr::T(Schema::Object(object)) => object.default = None,
        RefOr::T(Schema::Array(array)) => array.default = None,
        RefOr::T(Schema::OneOf(one)) => one.default = None,
        _ => {}
    }
    schema
}

fn without_null(mut schema: RefOr<Schema>) -> RefOr<Schema> {
    match &mut schema {
        RefOr::T(Schema::Object(object)) => not_null(&mut object.schema_type),
        RefOr::T(Schema::Array(array)) => not_null(&mut array.schema_type),
        RefOr::T(Schema::OneOf(one)) => {
            one.items.retain(|item| !is_null(item));
            if one.items.len() == 1 {
                return one.items.remove(0);
            }
        }
        _ => {}
    }
    schema
}

fn not_null(types: &mut SchemaType) {
    if let SchemaType::Array(several) = types {
        several.retain(|one| *one != Type::Null);
        if let [one] = &several[..] {
            *types = SchemaType::Type(one.clone());
        }
    }
}

fn is_null(schema: &RefOr<Schema>) -> bool {
    matches!(schema, RefOr::T(Schema::Object(object)) if object.schema_type == SchemaType::Type(Type::Null))
}
