//! How large things may become, and that every file says what it is.

use syn::spanned::Spanned;
use syn::visit::{self, Visit};

use super::exceptions::{LONG_FUNCTIONS, WIDE_STRUCTS};
use super::source::{Source, is_test_only};

const FILE_LINES_MAX: usize = 600;
const FUNCTION_LINES_MAX: usize = 70;
const PARAMETERS_MAX: usize = 5;
const FIELDS_MAX: usize = 14;

/// Complaints about one file.
pub fn check(source: &Source) -> Vec<String> {
    let mut complaints = Vec::new();
    if !source.text.starts_with("//!") {
        complaints.push(format!("{}: does not open with //!", source.path));
    }
    if source.is_test() {
        return complaints;
    }
    let lines = source
        .code
        .lines()
        .filter(|line| !line.trim().is_empty())
        .count()
        .max(counted_lines(source));
    if lines > FILE_LINES_MAX {
        complaints.push(format!(
            "{}: {lines} lines, at most {FILE_LINES_MAX}",
            source.path
        ));
    }
    let Some(file) = &source.syntax else {
        complaints.push(format!("{}: does not parse", source.path));
        return complaints;
    };
    if source.is_declaration() {
        complaints.extend(beyond_declarations(source, file));
    }
    let mut sizes = Sizes {
        path: &source.path,
        complaints,
    };
    file.items
        .iter()
        .filter(|item| !is_test_only(item))
        .for_each(|item| sizes.visit_item(item));
    sizes.complaints
}

/// Lines of the file less those of its test modules.
fn counted_lines(source: &Source) -> usize {
    let all = source.text.lines().count();
    let tests: usize = source
        .syntax
        .iter()
        .flat_map(|file| &file.items)
        .filter(|item| is_test_only(item))
        .map(|item| item.span().end().line + 1 - item.span().start().line)
        .sum();
    all.saturating_sub(tests)
}

fn beyond_declarations(source: &Source, file: &syn::File) -> Vec<String> {
    let allowed = |item: &syn::Item| {
        matches!(
            item,
            syn::Item::Mod(_) | syn::Item::Use(_) | syn::Item::ExternCrate(_) | syn::Item::Macro(_)
        ) || is_test_only(item)
    };
    file.items
        .iter()
        .filter(|item| !allowed(item))
        .map(|item| {
            format!(
                "{}:{}: lib.rs and mod.rs only declare",
                source.path,
                item.span().start().line
            )
        })
        .collect()
}

struct Sizes<'a> {
    path: &'a str,
    complaints: Vec<String>,
}

impl Sizes<'_> {
    fn check_function(&mut self, signature: &syn::Signature, whole: proc_macro2::Span) {
        let name = signature.ident.to_string();
        let (first, last) = (signature.fn_token.span.start().line, whole.end().line);
        let lines = last + 1 - first;
        let excused = LONG_FUNCTIONS.iter().any(|(excuse, _)| *excuse == name);
        if lines > FUNCTION_LINES_MAX && !excused {
            self.complain(
                first,
                &format!("{name} has {lines} lines, at most {FUNCTION_LINES_MAX}"),
            );
        }
        let takes_self = usize::from(signature.receiver().is_some());
        let parameters = signature.inputs.len() - takes_self;
        if parameters > PARAMETERS_MAX {
            self.complain(
                first,
                &format!("{name} has {parameters} parameters, at most {PARAMETERS_MAX}"),
            );
        }
    }

    fn complain(&mut self, line: usize, what: &str) {
        self.complaints
            .push(format!("{}:{line}: {what}", self.path));
    }
}

impl<'ast> Visit<'ast> for Sizes<'_> {
    fn visit_item_fn(&mut self, function: &'ast syn::ItemFn) {
        self.check_function(&function.sig, function.span());
        visit::visit_item_fn(self, function);
    }

    fn visit_impl_item_fn(&mut self, function: &'ast syn::ImplItemFn) {
        self.check_function(&function.sig, function.span());
        visit::visit_impl_item_fn(self, function);
    }

    fn visit_item_struct(&mut self, item: &'ast syn::ItemStruct) {
        let name = item.ident.to_string();
        let excused = WIDE_STRUCTS.iter().any(|(excuse, _)| *excuse == name);
        if item.fields.len() > FIELDS_MAX && !excused {
            let what = format!(
                "{name} has {} fields, at most {FIELDS_MAX}",
                item.fields.len()
            );
            self.complain(item.span().start().line, &what);
        }
        visit::visit_item_struct(self, item);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_opens_with_what_it_is() {
        let source = Source::new("crates/a/src/b.rs", "fn f() {}\n");

        assert_eq!(
            check(&source),
            ["crates/a/src/b.rs: does not open with //!"]
        );
    }

    #[test]
    fn a_long_function_is_cut_where_a_thought_ends() {
        let text = format!("//! A.\nfn f() {{\n{}}}\n", "    g();\n".repeat(80));

        let complaints = check(&Source::new("crates/a/src/b.rs", &text));

        assert_eq!(
            complaints,
            ["crates/a/src/b.rs:2: f has 82 lines, at most 70"]
        );
    }

    #[test]
    fn parameters_and_fields_are_counted() {
        let fields: String = (0..15).map(|n| format!("f{n}: u8, ")).collect();
        let text = format!(
            "//! A.\nfn f(a: u8, b: u8, c: u8, d: u8, e: u8, f: u8) {{}}\nstruct S {{ {fields} }}\n"
        );

        let complaints = check(&Source::new("crates/a/src/b.rs", &text));

        assert_eq!(complaints.len(), 2);
    }

    #[test]
    fn a_long_file_is_two_ideas() {
        let text = format!("//! A.\n{}", "const A: u8 = 1;\n".repeat(600));

        assert_eq!(check(&Source::new("crates/a/src/b.rs", &text)).len(), 1);
    }

    #[test]
    fn lib_and_mod_only_declare() {
        let source = Source::new("crates/a/src/lib.rs", "//! A.\nmod b;\npub struct C;\n");

        assert_eq!(
            check(&source),
            ["crates/a/src/lib.rs:3: lib.rs and mod.rs only declare"]
        );
    }
}
