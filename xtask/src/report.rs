//! How many tests ran, read from what the runners print.

/// Counts of one runner or of all.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Tests that held.
    pub passed: u64,
    /// Tests that did not.
    pub failed: u64,
    /// Tests that were left out.
    pub skipped: u64,
}

impl Counts {
    /// Both together.
    pub fn plus(self, other: Self) -> Self {
        Self {
            passed: self.passed + other.passed,
            failed: self.failed + other.failed,
            skipped: self.skipped + other.skipped,
        }
    }

    /// Reads the closing lines of cargo test, cargo nextest, vitest, node's test runner and conformance/upstream.
    pub fn read(text: &str) -> Self {
        text.lines().fold(Self::default(), |sum, line| {
            sum.plus(Self::of_line(without_colours(line).trim()))
        })
    }

    fn of_line(line: &str) -> Self {
        let words: Vec<&str> = line
            .split([' ', ',', ';', ':'])
            .filter(|word| !word.is_empty())
            .collect();
        let before = |name: &str| {
            let at = words.iter().position(|word| *word == name)?;
            words.get(at.checked_sub(1)?)?.parse().ok()
        };
        if ["Summary [", "test result:", "Tests ", "upstream tests:"]
            .iter()
            .any(|start| line.starts_with(start))
        {
            return Self {
                passed: before("passed").unwrap_or(0),
                failed: before("failed").unwrap_or(0),
                skipped: before("skipped").or_else(|| before("ignored")).unwrap_or(0),
            };
        }
        match words.as_slice() {
            ["ℹ" | "#", "pass", count] => Self {
                passed: count.parse().unwrap_or(0),
                ..Self::default()
            },
            ["ℹ" | "#", "fail", count] => Self {
                failed: count.parse().unwrap_or(0),
                ..Self::default()
            },
            ["ℹ" | "#", "skipped", count] => Self {
                skipped: count.parse().unwrap_or(0),
                ..Self::default()
            },
            _ => Self::default(),
        }
    }
}

/// A line without its ANSI escape sequences (ECMA-48 §5.4): runners colour what they print where they
/// take a log for a terminal.
fn without_colours(line: &str) -> String {
    let mut pieces = line.split("\u{1b}[");
    let mut plain = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let end = piece.find(|it| ('\u{40}'..='\u{7e}').contains(&it));
        plain.push_str(end.map_or("", |end| &piece[end + 1..]));
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_closing_lines_of_all_runners_are_understood() {
        let text = "\
     Summary [   1.234s] 12 tests run: 11 passed, 1 failed, 2 skipped
test result: ok. 3 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out
      Tests  1 failed | 7 passed (8)
ℹ pass 5
# fail 1
ℹ skipped 4
upstream tests: 199 passed, 0 failed, 3 skipped as excepted, 202 in all
";

        assert_eq!(
            Counts::read(text),
            Counts {
                passed: 225,
                failed: 3,
                skipped: 10
            }
        );
    }

    #[test]
    fn colours_do_not_hide_the_counts() {
        let text =
            "\u{1b}[2m      Tests \u{1b}[22m \u{1b}[1m\u{1b}[32m26 passed\u{1b}[39m\u{1b}[22m (26)";

        assert_eq!(Counts::read(text).passed, 26);
    }
}
