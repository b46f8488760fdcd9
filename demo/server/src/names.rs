//! Names of rooms, peers and sources.

use crate::error::Refused;

/// Characters of a room's or peer's name.
const NAME_LENGTH_MAX: usize = 64;

/// A name that can stand in a URL and in a log.
pub fn check_name(noun: &str, name: &str) -> Result<(), Refused> {
    let fits = (1..=NAME_LENGTH_MAX).contains(&name.len());
    let plain = name
        .chars()
        .all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c));
    if fits && plain {
        return Ok(());
    }
    Err(Refused::Wrong(format!(
        "a {noun}'s name has 1 to {NAME_LENGTH_MAX} letters, digits, '-', '_' or '.'"
    )))
}
