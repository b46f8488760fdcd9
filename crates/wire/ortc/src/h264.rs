//! H.264 profiles and levels (RFC 6184 §8.1): the parameter `profile-level-id`.

use crate::types::{CodecParameters, ParameterValue};

/// A profile that can be told apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Profile {
    ConstrainedBaseline,
    Baseline,
    Main,
    ConstrainedHigh,
    High,
    PredictiveHigh444,
}

/// A level; 1b stands between 1 and 1.1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Level(u16);

const LEVEL_1B: Level = Level(105);

/// What a missing parameter means: constrained baseline, level 3.1.
const DEFAULT: &str = "42e01f";

/// Levels that exist, ten times their number.
const LEVELS: &[u8] = &[
    10, 11, 12, 13, 20, 21, 22, 30, 31, 32, 40, 41, 42, 50, 51, 52,
];

/// profile_idc, bits of profile_iop that matter, their values, the profile.
const PATTERNS: &[(u8, u8, u8, Profile)] = &[
    (0x42, 0b0100_1111, 0b0100_0000, Profile::ConstrainedBaseline),
    (0x4d, 0b1000_1111, 0b1000_0000, Profile::ConstrainedBaseline),
    (0x58, 0b1100_1111, 0b1100_0000, Profile::ConstrainedBaseline),
    (0x42, 0b0100_1111, 0b0000_0000, Profile::Baseline),
    (0x58, 0b1100_1111, 0b1000_0000, Profile::Baseline),
    (0x4d, 0b1010_1111, 0b0000_0000, Profile::Main),
    (0x64, 0b1111_1111, 0b0000_0000, Profile::High),
    (0x64, 0b1111_1111, 0b0000_1100, Profile::ConstrainedHigh),
    (0xf4, 0b1111_1111, 0b0000_0000, Profile::PredictiveHigh444),
];

/// Reads six hex digits.
pub fn parse(text: &str) -> Option<(Profile, Level)> {
    if text.len() != 6 || !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    let [_, idc, iop, level] = u32::from_str_radix(text, 16)
        .ok()
        .filter(|&value| value != 0)?
        .to_be_bytes();
    let &(.., profile) = PATTERNS
        .iter()
        .find(|&&(i, mask, bits, _)| i == idc && iop & mask == bits)?;
    let level = match level {
        11 if iop & 0x10 != 0 => LEVEL_1B,
        level if LEVELS.contains(&level) => Level(u16::from(level) * 10),
        _ => return None,
    };
    Some((profile, level))
}

/// Writes the canonical form; level 1b exists in three profiles only.
fn format(profile: Profile, level: Level) -> Option<String> {
    let text = match (profile, level == LEVEL_1B) {
        (Profile::ConstrainedBaseline, true) => "42f00b".to_owned(),
        (Profile::Baseline, true) => "42100b".to_owned(),
        (Profile::Main, true) => "4d100b".to_owned(),
        (_, true) => return None,
        (profile, false) => {
            let prefix = match profile {
                Profile::ConstrainedBaseline => "42e0",
                Profile::Baseline => "4200",
                Profile::Main => "4d00",
                Profile::ConstrainedHigh => "640c",
                Profile::High => "6400",
                Profile::PredictiveHigh444 => "f400",
            };
            format!("{prefix}{:02x}", level.0 / 10)
        }
    };
    Some(text)
}

fn of(parameters: &CodecParameters) -> Option<(Profile, Level)> {
    match parameters.get("profile-level-id") {
        None => parse(DEFAULT),
        Some(ParameterValue::Text(text)) => parse(text),
        Some(ParameterValue::Integer(number)) => parse(&number.to_string()),
        Some(ParameterValue::Number(_)) => None,
    }
}

/// Whether both are valid and of the same profile.
pub fn same_profile(a: &CodecParameters, b: &CodecParameters) -> bool {
    matches!((of(a), of(b)), (Some((a, _)), Some((b, _))) if a == b)
}

/// The profile and level of the answer that `b` gives to `a`; `None` if neither names one.
pub fn answer(a: &CodecParameters, b: &CodecParameters) -> Option<String> {
    if !a.contains_key("profile-level-id") && !b.contains_key("profile-level-id") {
        return None;
    }
    let ((profile, level_a), (_, level_b)) = (of(a)?, of(b)?);
    let level = match allows_asymmetry(a) && allows_asymmetry(b) {
        true => level_a,
        false => level_a.min(level_b),
    };
    format(profile, level)
}

fn allows_asymmetry(parameters: &CodecParameters) -> bool {
    match parameters.get("level-asymmetry-allowed") {
        Some(ParameterValue::Integer(1)) => true,
        Some(ParameterValue::Text(text)) => text == "1",
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn profiles_are_told_by_pattern() {
        let profile = |text| parse(text).map(|(profile, _)| profile);

        assert_eq!(profile("42e01f"), Some(Profile::ConstrainedBaseline));
        assert_eq!(profile("4D801F"), Some(Profile::ConstrainedBaseline));
        assert_eq!(profile("42001f"), Some(Profile::Baseline));
        assert_eq!(profile("4d001f"), Some(Profile::Main));
        assert_eq!(profile("640c1f"), Some(Profile::ConstrainedHigh));
        assert_eq!(profile("64001f"), Some(Profile::High));
        for nonsense in [
            "", "000000", "42e01", "42e0ff", "zze01f", "+2e01f", "f4ff1f",
        ] {
            assert_eq!(profile(nonsense), None, "{nonsense}");
        }
    }

    #[test]
    fn level_1b_stands_between_1_and_1_1() {
        let level = |text| parse(text).map(|(_, level)| level).expect("valid");

        assert!(level("42e00a") < level("42f00b") && level("42f00b") < level("42e00b"));
    }

    #[test]
    fn the_lower_level_is_answered_unless_both_allow_asymmetry() {
        let with = |id: &str, asymmetry: i64| -> CodecParameters {
            [
                (
                    "profile-level-id".to_owned(),
                    ParameterValue::Text(id.to_owned()),
                ),
                (
                    "level-asymmetry-allowed".to_owned(),
                    ParameterValue::Integer(asymmetry),
                ),
            ]
            .into()
        };

        assert_eq!(
            answer(&with("42e034", 0), &with("42e01f", 1)).as_deref(),
            Some("42e01f")
        );
        assert_eq!(
            answer(&with("42e034", 1), &with("42e01f", 1)).as_deref(),
            Some("42e034")
        );
        assert_eq!(
            answer(&CodecParameters::new(), &with("42e01f", 1)).as_deref(),
            Some("42e01f")
        );
        assert_eq!(
            answer(&CodecParameters::new(), &CodecParameters::new()),
            None
        );
    }
}
