//! What is wrong with capabilities or parameters, and where.

use thiserror::Error as ThisError;

/// Why a negotiation fails.
#[derive(Clone, Debug, PartialEq, Eq, ThisError)]
pub enum Error {
    /// A field is wrong. `TypeError` in JavaScript.
    #[error("{field}: {what}")]
    Invalid {
        /// Which, as a path.
        field: String,
        /// What is wrong with it.
        what: String,
    },
    /// Nobody here can do that. `UnsupportedError` in JavaScript.
    #[error("unsupported: {0}")]
    Unsupported(String),
    /// The payload types are used up. `Error` in JavaScript.
    #[error("cannot allocate: all dynamic payload types are used")]
    Exhausted,
}

impl Error {
    pub(crate) fn invalid(field: impl Into<String>, what: impl Into<String>) -> Self {
        Self::Invalid {
            field: field.into(),
            what: what.into(),
        }
    }
}
