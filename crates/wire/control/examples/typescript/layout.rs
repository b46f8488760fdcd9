//! Lays a declaration out for reading: a field a line, and of a long union a variant a line.

/// Beyond, a union is broken.
const WIDTH: usize = 100;

/// One declaration, as `ts-rs` writes it.
pub fn lay_out(declaration: &str) -> String {
    let mut page = Page::default();
    let mut rest = declaration;
    while !rest.is_empty() {
        rest = page.take(rest);
    }
    page.text
}

/// What opened and has not closed.
#[derive(Clone, Copy, PartialEq)]
enum Opened {
    /// A field a line.
    Fields,
    /// In one line.
    Inline,
}

#[derive(Default)]
struct Page {
    text: String,
    opened: Vec<Opened>,
}

impl Page {
    /// Takes one token off, and gives back what is left.
    fn take<'a>(&mut self, rest: &'a str) -> &'a str {
        if rest.starts_with("/**") {
            let end = rest.find("*/").map_or(rest.len(), |at| at + 2);
            self.comment(&rest[..end]);
            return rest[end..].trim_start();
        }
        if let Some(after) = rest.strip_prefix('"') {
            let end = after.find('"').map_or(rest.len(), |at| at + 2);
            self.quoted(&rest[1..end - 1], rest[end..].starts_with(':'));
            return &rest[end..];
        }
        if self.opened.is_empty() && rest.starts_with(" = ") && is_wide_union(&rest[3..]) {
            self.text.push_str(" =\n\t| ");
            return &rest[3..];
        }
        if self.opened.is_empty() && rest.starts_with(" | ") && self.text.contains("=\n\t| ") {
            self.text.push_str("\n\t| ");
            return &rest[3..];
        }
        let end = rest.chars().next().map_or(0, char::len_utf8);
        self.character(&rest[..end], &rest[end..])
    }

    fn character<'a>(&mut self, character: &str, rest: &'a str) -> &'a str {
        match character {
            "{" | "[" | "<" | "(" => {
                let opened = match character == "{" && body(rest).contains("/**") {
                    true => Opened::Fields,
                    false => Opened::Inline,
                };
                self.opened.push(opened);
                self.text.push_str(character);
                if opened == Opened::Fields {
                    self.break_line();
                    return rest.trim_start();
                }
            }
            "}" | "]" | ">" | ")" => {
                let trimmed = self.text.trim_end().trim_end_matches([',', ';']).len();
                let opened = self.opened.pop();
                if character == "}" {
                    self.text.truncate(trimmed);
                    match opened {
                        Some(Opened::Fields) => {
                            self.text.push(';');
                            self.break_line();
                        }
                        _ => self.text.push(' '),
                    }
                }
                self.text.push_str(character);
            }
            "," if self.opened.last() == Some(&Opened::Fields) => {
                self.text.push(';');
                self.break_line();
                return rest.trim_start();
            }
            _ => self.text.push_str(character),
        }
        rest
    }

    /// A key needs no quotes; a text gets those of the house.
    fn quoted(&mut self, text: &str, is_key: bool) {
        match is_key {
            true => self.text.push_str(text),
            false => self.text.push_str(&format!("'{text}'")),
        }
    }

    fn comment(&mut self, comment: &str) {
        let comment = comment.replace("`None`", "`null`");
        let lines: Vec<&str> = comment
            .lines()
            .map(|line| line.trim_start_matches(['/', '*', ' ']).trim_end())
            .filter(|line| !line.is_empty())
            .collect();
        match lines[..] {
            [line] => self.text.push_str(&format!("/** {line} */")),
            _ => {
                self.text.push_str("/**");
                for line in lines {
                    self.break_line();
                    self.text.push_str(&format!(" * {line}"));
                }
                self.break_line();
                self.text.push_str(" */");
            }
        }
        self.break_line();
    }

    fn break_line(&mut self) {
        let is_broken_union = self.text.contains("=\n\t| ");
        let depth = self
            .opened
            .iter()
            .filter(|&&opened| opened == Opened::Fields);
        self.text.push('\n');
        for _ in 0..depth.count() + usize::from(is_broken_union) {
            self.text.push('\t');
        }
    }
}

/// What stands before the brace that closes.
fn body(rest: &str) -> &str {
    let mut depth = 0;
    for (at, character) in rest.char_indices() {
        match character {
            '{' => depth += 1,
            '}' if depth == 0 => return &rest[..at],
            '}' => depth -= 1,
            _ => {}
        }
    }
    rest
}

/// Whether this has variants, and too much for a line.
fn is_wide_union(rest: &str) -> bool {
    let mut depth = 0;
    let has_variants = rest.bytes().enumerate().any(|(at, byte)| {
        match byte {
            b'{' | b'[' | b'<' | b'(' => depth += 1,
            b'}' | b']' | b'>' | b')' => depth -= 1,
            _ => {}
        }
        depth == 0 && rest[at..].starts_with(" | ")
    });
    has_variants && rest.len() > WIDTH
}
