//! The tree as tidy sees it: Rust files with their text, their syntax, and which lines are tests.

use std::fs;
use std::path::{Path, PathBuf};

/// One Rust file.
pub struct Source {
    /// Path from the root, with forward slashes.
    pub path: String,
    /// The whole text.
    pub text: String,
    /// The text without comments, strings and `#[cfg(test)]` modules; lines keep their numbers.
    pub code: String,
    /// Its syntax, if it parses.
    pub syntax: Option<syn::File>,
}

impl Source {
    /// A file of `text` at `path`.
    pub fn new(path: &str, text: &str) -> Self {
        let syntax = syn::parse_file(text).ok();
        let mut code = blank_comments_and_strings(text);
        if let Some(file) = &syntax {
            blank_tests(file, &mut code);
        }
        Self {
            path: path.to_owned(),
            text: text.to_owned(),
            code,
            syntax,
        }
    }

    /// Whether the file holds only tests, examples or benches.
    pub fn is_test(&self) -> bool {
        let path = &self.path;
        path.contains("/tests/")
            || path.ends_with("/tests.rs")
            || path.ends_with("_tests.rs")
            || path.contains("/examples/")
            || path.starts_with("fuzz/")
    }

    /// Whether it only declares: `lib.rs` or `mod.rs`.
    pub fn is_declaration(&self) -> bool {
        self.path.ends_with("/lib.rs") || self.path.ends_with("/mod.rs")
    }
}

/// Every Rust file below `root` that the project wrote.
pub fn read_tree(root: &Path) -> Vec<Source> {
    let mut found = Vec::new();
    for folder in ["crates", "demo", "bench", "xtask", "examples"] {
        walk(&root.join(folder), &mut found);
    }
    found.sort();
    found
        .iter()
        .filter_map(|path| {
            let text = fs::read_to_string(path).ok()?;
            let relative = path
                .strip_prefix(root)
                .ok()?
                .to_string_lossy()
                .replace('\\', "/");
            Some(Source::new(&relative, &text))
        })
        .collect()
}

fn walk(folder: &Path, found: &mut Vec<PathBuf>) {
    let Ok(entries) = fs::read_dir(folder) else {
        return;
    };
    for path in entries.flatten().map(|entry| entry.path()) {
        let name = path
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        if path.is_dir() {
            if !matches!(name.as_str(), "target" | "node_modules" | "dist")
                && !name.starts_with('.')
            {
                walk(&path, found);
            }
        } else if name.ends_with(".rs") {
            found.push(path);
        }
    }
}

/// Replaces comments, strings and character literals by spaces, keeping line breaks.
fn blank_comments_and_strings(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut code = bytes.to_vec();
    let mut at = 0;
    while at < bytes.len() {
        let end = match bytes[at] {
            b'/' if bytes[at..].starts_with(b"//") => find(bytes, at, b"\n"),
            b'/' if bytes[at..].starts_with(b"/*") => find(bytes, at, b"*/") + 2,
            b'r' if bytes[at..].starts_with(b"r#\"") => find(bytes, at + 3, b"\"#") + 2,
            b'"' => end_of_string(bytes, at),
            b'\'' if is_char_literal(bytes, at) => find(bytes, at + 2, b"'") + 1,
            _ => {
                at += 1;
                continue;
            }
        };
        let end = end.min(bytes.len());
        code[at..end]
            .iter_mut()
            .filter(|byte| **byte != b'\n')
            .for_each(|byte| *byte = b' ');
        at = end;
    }
    String::from_utf8_lossy(&code).into_owned()
}

fn find(bytes: &[u8], from: usize, what: &[u8]) -> usize {
    bytes[from.min(bytes.len())..]
        .windows(what.len())
        .position(|window| window == what)
        .map_or(bytes.len(), |offset| from + offset)
}

fn end_of_string(bytes: &[u8], start: usize) -> usize {
    let mut at = start + 1;
    while at < bytes.len() && bytes[at] != b'"' {
        at += if bytes[at] == b'\\' { 2 } else { 1 };
    }
    at + 1
}

fn is_char_literal(bytes: &[u8], at: usize) -> bool {
    bytes.get(at + 1) == Some(&b'\\') || bytes.get(at + 2) == Some(&b'\'')
}

/// Blanks the lines of modules that only tests compile.
fn blank_tests(file: &syn::File, code: &mut String) {
    use syn::spanned::Spanned;
    let mut lines: Vec<String> = code.lines().map(str::to_owned).collect();
    for item in &file.items {
        if is_test_only(item) {
            let span = item.span();
            let last = span.end().line.min(lines.len());
            for line in &mut lines[span.start().line - 1..last] {
                line.clear();
            }
        }
    }
    *code = lines.join("\n");
}

/// Whether an item stands behind `#[cfg(test)]`.
pub fn is_test_only(item: &syn::Item) -> bool {
    let attributes = match item {
        syn::Item::Mod(item) => &item.attrs,
        syn::Item::Fn(item) => &item.attrs,
        syn::Item::Impl(item) => &item.attrs,
        syn::Item::Use(item) => &item.attrs,
        _ => return false,
    };
    attributes.iter().any(|attribute| {
        attribute.path().is_ident("cfg")
            && matches!(&attribute.meta, syn::Meta::List(list) if list.tokens.to_string() == "test")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_is_what_is_neither_comment_nor_string_nor_test() {
        let source = Source::new(
            "crates/a/src/b.rs",
            "fn f() { g(\"unsafe\"); } // unsafe\n#[cfg(test)]\nmod tests { fn unsafe_one() {} }\n",
        );

        assert!(source.code.contains("fn f()"));
        assert!(!source.code.contains("unsafe"));
    }
}
