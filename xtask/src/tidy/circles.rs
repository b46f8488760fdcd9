//! No circle between the files of a crate.
//!
//! A file uses another if it names an item through `crate::…`, `super::…` or `self::…`. A path that
//! ends at a declaring file (`lib.rs`, `mod.rs`) means whatever that re-exports, so it is resolved to
//! the child that the name comes from.

use std::collections::{BTreeMap, BTreeSet};

use syn::visit::Visit;

use super::source::{Source, is_test_only};

/// Complaints about circles, one a circle.
pub fn check(sources: &[Source]) -> Vec<String> {
    let mut crates: BTreeMap<&str, Vec<&Source>> = BTreeMap::new();
    for source in sources.iter().filter(|source| !source.is_test()) {
        if let Some((root, _)) = source.path.split_once("/src/") {
            crates.entry(root).or_default().push(source);
        }
    }
    crates
        .into_iter()
        .flat_map(|(root, files)| check_crate(root, &files))
        .collect()
}

fn check_crate(root: &str, files: &[&Source]) -> Vec<String> {
    let modules: BTreeMap<Vec<String>, &Source> = files
        .iter()
        .map(|source| (module_path(root, &source.path), *source))
        .collect();
    let exports = exports(&modules);
    let edges: BTreeMap<&Vec<String>, BTreeSet<&Vec<String>>> = modules
        .iter()
        .filter(|(_, source)| !source.is_declaration())
        .map(|(path, source)| (path, targets(path, source, &modules, &exports)))
        .collect();
    circles(&edges)
        .into_iter()
        .map(|circle| {
            let names: Vec<String> = circle.iter().map(|path| path.join("::")).collect();
            format!("{root}: files in a circle: {}", names.join(" → "))
        })
        .collect()
}

/// `crates/a/src/b/c.rs` is the module `b::c`.
fn module_path(root: &str, path: &str) -> Vec<String> {
    let inside = path
        .trim_start_matches(root)
        .trim_start_matches("/src/")
        .trim_end_matches(".rs");
    let mut parts: Vec<String> = inside.split('/').map(str::to_owned).collect();
    if matches!(
        parts.last().map(String::as_str),
        Some("mod" | "lib" | "main")
    ) {
        parts.pop();
    }
    parts
}

/// For each declaring file: which child a re-exported name comes from.
fn exports(
    modules: &BTreeMap<Vec<String>, &Source>,
) -> BTreeMap<Vec<String>, BTreeMap<String, Vec<String>>> {
    let mut all = BTreeMap::new();
    for (path, source) in modules.iter().filter(|(_, source)| source.is_declaration()) {
        let mut names = BTreeMap::new();
        for used in used_paths(source) {
            if let [from @ .., name] = used.as_slice() {
                names.insert(name.clone(), absolute(path, from));
            }
        }
        all.insert(path.clone(), names);
    }
    all
}

fn targets<'a>(
    own: &[String],
    source: &Source,
    modules: &'a BTreeMap<Vec<String>, &Source>,
    exports: &BTreeMap<Vec<String>, BTreeMap<String, Vec<String>>>,
) -> BTreeSet<&'a Vec<String>> {
    let mut found = BTreeSet::new();
    for used in used_paths(source) {
        let first = used.first().map(String::as_str);
        if !matches!(first, Some("crate" | "super" | "self")) {
            continue;
        }
        let parent = own.split_last().map_or(&[][..], |(_, parent)| parent);
        let base: &[String] = if first == Some("super") { parent } else { own };
        let mut path = absolute(
            base,
            if first == Some("super") {
                &used[1..]
            } else {
                &used
            },
        );
        // Follow re-exports down to the file that has the item.
        for _ in 0..8 {
            let Some((name, module)) = path.split_last() else {
                break;
            };
            match exports.get(module).and_then(|names| names.get(name)) {
                Some(from) if from.as_slice() != module => {
                    path = from.iter().cloned().chain([name.clone()]).collect();
                }
                _ => break,
            }
        }
        let file = (0..=path.len())
            .rev()
            .find_map(|len| modules.get_key_value(&path[..len]));
        if let Some((file, target)) = file
            && file.as_slice() != own
            && !target.is_declaration()
        {
            found.insert(file);
        }
    }
    found
}

/// A path as seen from the module `base`, from the crate's root.
fn absolute(base: &[String], used: &[String]) -> Vec<String> {
    match used.first().map(String::as_str) {
        Some("crate") => used[1..].to_vec(),
        Some("self") => base.iter().chain(&used[1..]).cloned().collect(),
        Some("super") => {
            let parent = base.split_last().map_or(&[][..], |(_, parent)| parent);
            absolute(parent, &used[1..])
        }
        _ => base.iter().chain(used).cloned().collect(),
    }
}

/// Every path that a file names: `use` trees unrolled, and paths in expressions and types.
fn used_paths(source: &Source) -> Vec<Vec<String>> {
    let Some(file) = &source.syntax else {
        return Vec::new();
    };
    let mut paths = Paths(Vec::new());
    file.items
        .iter()
        .filter(|item| !is_test_only(item))
        .for_each(|item| paths.visit_item(item));
    paths.0
}

struct Paths(Vec<Vec<String>>);

impl Paths {
    fn unroll(&mut self, prefix: &[String], tree: &syn::UseTree) {
        let joined = |ident: &syn::Ident| {
            prefix
                .iter()
                .cloned()
                .chain([ident.to_string()])
                .collect::<Vec<_>>()
        };
        match tree {
            syn::UseTree::Path(path) => self.unroll(&joined(&path.ident), &path.tree),
            syn::UseTree::Name(name) => self.0.push(joined(&name.ident)),
            syn::UseTree::Rename(rename) => self.0.push(joined(&rename.ident)),
            syn::UseTree::Glob(_) => self.0.push(prefix.to_vec()),
            syn::UseTree::Group(group) => group
                .items
                .iter()
                .for_each(|item| self.unroll(prefix, item)),
        }
    }
}

impl<'ast> Visit<'ast> for Paths {
    fn visit_item_use(&mut self, item: &'ast syn::ItemUse) {
        self.unroll(&[], &item.tree);
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        self.0.push(
            path.segments
                .iter()
                .map(|segment| segment.ident.to_string())
                .collect(),
        );
        syn::visit::visit_path(self, path);
    }
}

/// One circle for each file that can reach itself, each reported once.
fn circles<'a>(
    edges: &BTreeMap<&'a Vec<String>, BTreeSet<&'a Vec<String>>>,
) -> Vec<Vec<&'a Vec<String>>> {
    let mut reported: BTreeSet<&Vec<String>> = BTreeSet::new();
    let mut found = Vec::new();
    for start in edges.keys().copied() {
        if reported.contains(start) {
            continue;
        }
        if let Some(circle) = way_back(start, edges) {
            reported.extend(&circle);
            found.push(circle);
        }
    }
    found
}

/// The shortest way from `start` back to itself.
fn way_back<'a>(
    start: &'a Vec<String>,
    edges: &BTreeMap<&'a Vec<String>, BTreeSet<&'a Vec<String>>>,
) -> Option<Vec<&'a Vec<String>>> {
    let mut came_from: BTreeMap<&Vec<String>, &'a Vec<String>> = BTreeMap::new();
    let mut queue = std::collections::VecDeque::from([start]);
    while let Some(at) = queue.pop_front() {
        for next in edges.get(at).into_iter().flatten().copied() {
            if next == start {
                let mut way = vec![start, at];
                let mut here = at;
                while here != start {
                    here = came_from.get(here)?;
                    way.push(here);
                }
                way.reverse();
                return Some(way);
            }
            if let std::collections::btree_map::Entry::Vacant(vacant) = came_from.entry(next) {
                vacant.insert(at);
                queue.push_back(next);
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_files_that_use_each_other_are_a_circle() {
        let sources = [
            Source::new("crates/a/src/b.rs", "use crate::c::C;\npub struct B(C);\n"),
            Source::new(
                "crates/a/src/c.rs",
                "use super::b::B;\npub struct C(Vec<B>);\n",
            ),
        ];

        assert_eq!(check(&sources), ["crates/a: files in a circle: b → c → b"]);
    }

    #[test]
    fn a_circle_through_a_re_export_is_one_too() {
        let sources = [
            Source::new(
                "crates/a/src/m/mod.rs",
                "mod x;\nmod y;\npub use x::X;\npub use y::Y;\n",
            ),
            Source::new(
                "crates/a/src/m/x.rs",
                "use crate::m::Y;\npub struct X(Y);\n",
            ),
            Source::new(
                "crates/a/src/m/y.rs",
                "use crate::m::X;\npub struct Y(Vec<X>);\n",
            ),
        ];

        assert_eq!(check(&sources).len(), 1);
    }

    #[test]
    fn one_way_is_no_circle() {
        let sources = [
            Source::new("crates/a/src/b.rs", "use crate::c::C;\npub struct B(C);\n"),
            Source::new("crates/a/src/c.rs", "pub struct C;\n"),
        ];

        assert!(check(&sources).is_empty());
    }
}
