//! Imports go in one direction: no module of `src/` imports, by others, from itself. What a room and its parts take from
//! each other does not count, nor does what tests import.
#![cfg(not(target_arch = "wasm32"))]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

/// What each module imports; `mod.rs` stands for its folder.
type Imports = BTreeMap<String, BTreeSet<String>>;

/// All source files below a folder by the names of their modules.
fn modules(folder: &Path, name: &str, found: &mut BTreeMap<String, String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let stem = path.file_stem().unwrap().to_string_lossy().into_owned();
        let inner = if stem == "mod" {
            name.to_owned()
        } else {
            format!("{name}::{stem}")
        };
        if path.is_dir() {
            modules(&path, &inner, found);
        } else if path.extension().is_some_and(|extension| extension == "rs")
            && !["lib", "main"].contains(&stem.as_str())
        {
            found.insert(inner, fs::read_to_string(path).unwrap());
        }
    }
}

/// The paths of a tree of imports: `a::{b, c::d}` are `a::b` and `a::c::d`.
fn paths(before: &str, tree: &str, found: &mut Vec<String>) {
    let Some((start, rest)) = tree.split_once('{') else {
        return found.push(format!("{before}{tree}"));
    };
    let (mut depth, mut begin) = (0, 0);
    let inside = &rest[..rest.rfind('}').unwrap()];
    for (place, letter) in inside.char_indices().chain([(inside.len(), ',')]) {
        match letter {
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 0 => {
                paths(&format!("{before}{start}"), &inside[begin..place], found);
                begin = place + 1;
            }
            _ => {}
        }
    }
}

fn imports() -> Imports {
    let mut sources = BTreeMap::new();
    modules(
        &Path::new(env!("CARGO_MANIFEST_DIR")).join("src"),
        "crate",
        &mut sources,
    );
    let of = |name: &String, source: &String| {
        let code = source.split("#[cfg(test)]").next().unwrap();
        let code = code.replace("\npub use ", "\nuse ");
        let uses = code.split("\nuse ").skip(1);
        let mut found = Vec::new();
        for tree in uses.filter_map(|text| text.split_once(';')) {
            paths("", &tree.0.split_whitespace().collect::<String>(), &mut found);
        }
        let parent = name.rsplit_once("::").map_or("crate", |(parent, _)| parent);
        let whole = |path: String| match path.strip_prefix("super::") {
            Some(rest) => format!("{parent}::{rest}"),
            None => path,
        };
        let module = |path: String| {
            (0..path.len())
                .rev()
                .map(|end| &path[..=end])
                .find(|path| sources.contains_key(*path))
                .map(str::to_owned)
        };
        let family = |other: &String| other.starts_with(name.as_str()) || name.starts_with(other.as_str());
        found
            .into_iter()
            .map(whole)
            .filter_map(module)
            .filter(|other| !family(other))
            .collect()
    };
    sources
        .iter()
        .map(|(name, source)| (name.clone(), of(name, source)))
        .collect()
}

/// All that a module imports, by others as well.
fn reached<'a>(from: &str, imports: &'a Imports, found: &mut BTreeSet<&'a String>) {
    for other in &imports[from] {
        if found.insert(other) {
            reached(other, imports, found);
        }
    }
}

#[test]
fn no_module_imports_from_itself_by_others() {
    let imports = imports();
    assert!(
        imports.values().map(BTreeSet::len).sum::<usize>() > 200,
        "the imports are not found"
    );
    let in_circle = |name: &&String| {
        let mut found = BTreeSet::new();
        reached(name, &imports, &mut found);
        found.contains(name)
    };
    let circles: Vec<&String> = imports.keys().filter(in_circle).collect();
    assert!(
        circles.is_empty(),
        "these import from each other in circles: {circles:?}"
    );
}

#[test]
fn the_program_reads_from_top_to_bottom() {
    let rooms = [
        "cli",
        "commands",
        "arguments",
        "pictures",
        "results",
        "controls",
        "models",
        "projects",
        "datasets",
        "files",
        "terminal",
    ];
    let place = |name: &str| {
        let room = name.strip_prefix("crate::native::")?.split("::").next()?;
        Some(
            rooms
                .iter()
                .position(|known| *known == room)
                .unwrap_or_else(|| panic!("the room {room} has no place")),
        )
    };
    for (name, others) in imports() {
        for other in others {
            assert!(
                place(&other).is_none_or(|to| place(&name).is_some_and(|from| from <= to)),
                "{name} imports upwards, from {other}"
            );
        }
    }
}
