//! Which log lines the parent wants.

use control::{LogLevel, LogSettings, LogTag, Refusal};
use serde::Deserialize;
use serde::de::IntoDeserializer;
use serde::de::value::{Error, StrDeserializer};

/// Lines as bad as the level or worse; of tagged ones below an error, those with a tag that is wanted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    level: LogLevel,
    tags: Vec<LogTag>,
}

impl Filter {
    /// Takes over what is given; all or nothing.
    pub fn apply(&mut self, settings: &LogSettings) -> Result<(), Refusal> {
        if let Some(text) = &settings.log_level {
            self.level = named(text).ok_or_else(|| {
                Refusal::TypeError(format!(
                    "logLevel: must be none, error, warn or debug, not '{text}'"
                ))
            })?;
        }
        if let Some(tags) = &settings.log_tags {
            self.tags = tags.iter().filter_map(|text| named(text)).collect();
        }
        Ok(())
    }

    /// Whether a line leaves.
    pub fn passes(&self, level: LogLevel, tag: Option<LogTag>) -> bool {
        let about_it = || tag.is_none_or(|tag| self.tags.contains(&tag));
        level != LogLevel::None && level <= self.level && (level == LogLevel::Error || about_it())
    }
}

/// The value that is called `text`, in any case.
fn named<T: for<'de> Deserialize<'de>>(text: &str) -> Option<T> {
    let text = text.to_ascii_lowercase();
    let name: StrDeserializer<'_, Error> = text.as_str().into_deserializer();
    T::deserialize(name).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn at_first_only_errors_pass() {
        let filter = Filter::default();

        assert!(filter.passes(LogLevel::Error, Some(LogTag::Ice)));
        assert!(!filter.passes(LogLevel::Warn, None));
    }

    #[test]
    fn tags_choose_among_tagged_lines_and_errors_always_pass() {
        let filter = filter("DEBUG", &["ice", "nonsense"]);

        assert!(filter.passes(LogLevel::Debug, Some(LogTag::Ice)));
        assert!(!filter.passes(LogLevel::Debug, Some(LogTag::Dtls)));
        assert!(filter.passes(LogLevel::Debug, None));
        assert!(filter.passes(LogLevel::Error, Some(LogTag::Dtls)));
    }

    #[test]
    fn none_means_not_even_errors() {
        assert!(!filter("none", &[]).passes(LogLevel::Error, None));
    }

    #[test]
    fn an_unknown_level_is_a_type_error_and_changes_nothing() {
        let mut filter = filter("warn", &["ice"]);
        let before = filter.clone();

        let outcome = filter.apply(&LogSettings {
            log_level: Some("loud".into()),
            log_tags: Some(vec![]),
        });

        assert!(matches!(outcome, Err(Refusal::TypeError(text)) if text.starts_with("logLevel")));
        assert_eq!(filter, before);
    }

    #[test]
    fn what_is_not_given_stays() {
        let mut filter = filter("debug", &["ice"]);

        let outcome = filter.apply(&LogSettings {
            log_level: None,
            log_tags: Some(vec!["dtls".into()]),
        });

        assert_eq!(outcome, Ok(()));
        assert!(filter.passes(LogLevel::Debug, Some(LogTag::Dtls)));
        assert!(!filter.passes(LogLevel::Debug, Some(LogTag::Ice)));
    }

    fn filter(level: &str, tags: &[&str]) -> Filter {
        let mut filter = Filter::default();
        let settings = LogSettings {
            log_level: Some(level.into()),
            log_tags: Some(tags.iter().map(ToString::to_string).collect()),
        };
        assert_eq!(filter.apply(&settings), Ok(()));
        filter
    }
}
