//! Prints the vocabulary as TypeScript: everything that the worker and its parent say.
//!
//! `cargo xtask types` keeps it in `packages/node/src/generated/control.ts`.

mod layout;

use std::any;
use std::collections::BTreeMap;

use control::{FromWorker, ToWorker};
use ts_rs::{Config, TS, TypeVisitor};

const HEADER: &str = "\
// Generated from crates/wire/control by `cargo xtask types`. Do not edit.
//
// An integer of 64 bits is a bigint here.
";

fn main() {
    let mut vocabulary = Vocabulary::default();
    vocabulary.visit::<ToWorker>();
    vocabulary.visit::<FromWorker>();
    print!("{HEADER}{}", vocabulary.text());
}

/// Declarations by name.
#[derive(Default)]
struct Vocabulary {
    config: Config,
    declarations: BTreeMap<String, String>,
    /// What is called as it is tagged, which is no name in TypeScript: the tag, and the type's name.
    tags: Vec<(String, String)>,
}

impl Vocabulary {
    fn text(&self) -> String {
        let mut declarations: Vec<String> = self.declarations.values().cloned().collect();
        for declaration in &mut declarations {
            for (tag, name) in &self.tags {
                *declaration = declaration
                    .replace(&format!("\"{tag}\""), "\0")
                    .replace(tag, name)
                    .replace('\0', &format!("\"{tag}\""));
            }
        }
        declarations
            .iter()
            .map(|declaration| format!("\n{}\n", layout::lay_out(declaration)))
            .collect()
    }
}

impl TypeVisitor for Vocabulary {
    fn visit<T: TS + 'static + ?Sized>(&mut self) {
        let name = any::type_name::<T>();
        let name = name.split('<').next().unwrap_or(name);
        let name = name.rsplit("::").next().unwrap_or(name).to_owned();
        if T::output_path().is_some() && !self.declarations.contains_key(&name) {
            let ident = T::ident(&self.config);
            if ident != name {
                self.tags.push((ident, name.clone()));
            }
            let docs = T::docs().unwrap_or_default();
            let declaration = format!("{docs}export {}", T::decl(&self.config));
            self.declarations.insert(name, declaration);
            T::visit_dependencies(self);
        }
        T::visit_generics(self);
    }
}
