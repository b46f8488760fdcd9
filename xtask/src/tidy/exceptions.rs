//! What a rule lets pass, by name, with the reason. This list only shrinks.

/// Structs with more fields than the limit.
pub const WIDE_STRUCTS: &[(&str, &str)] = &[
    ("BaseTransportStats", "the API fixes its shape"),
    ("RtpStreamStats", "the API fixes its shape"),
    ("RtpStreamParametersDump", "the API fixes its shape"),
];

/// Functions longer than the limit.
pub const LONG_FUNCTIONS: &[(&str, &str)] = &[];

/// Files that read a clock, randomness or the like below the runtime: `(path, word, reason)`.
pub const OUTSIDE_WORLD: &[(&str, &str, &str)] = &[];
