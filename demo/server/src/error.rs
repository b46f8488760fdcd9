//! Why a request was refused, in words for whoever sent it.

use std::fmt;

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::json;

/// A refusal. Nothing changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refused {
    /// The request makes no sense, or not now.
    Wrong(String),
    /// What it names is not there.
    NotFound(String),
    /// There are as many as we allow.
    Full(String),
}

impl Refused {
    /// A request that makes no sense, because of `cause`.
    pub fn wrong(cause: impl fmt::Display) -> Self {
        Self::Wrong(cause.to_string())
    }

    /// There is no such `noun`.
    pub fn not_found(noun: &str, name: impl fmt::Display) -> Self {
        Self::NotFound(format!("there is no {noun} '{name}'"))
    }

    /// There are `max` already.
    pub fn full(nouns: &str, max: usize) -> Self {
        Self::Full(format!("there are {max} {nouns} already"))
    }
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Wrong(reason) | Self::NotFound(reason) | Self::Full(reason) => {
                f.write_str(reason)
            }
        }
    }
}

impl std::error::Error for Refused {}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        let status = match self {
            Self::Wrong(_) => StatusCode::BAD_REQUEST,
            Self::NotFound(_) => StatusCode::NOT_FOUND,
            Self::Full(_) => StatusCode::TOO_MANY_REQUESTS,
        };
        (status, Json(json!({ "error": self.to_string() }))).into_response()
    }
}

macro_rules! refused_by_the_engine {
    ($($error:ty),*) => {
        $(impl From<$error> for Refused {
            fn from(error: $error) -> Self {
                Self::wrong(error)
            }
        })*
    };
}

refused_by_the_engine!(
    brodo::ConnectError,
    brodo::ConsumeError,
    brodo::CreateRouterError,
    brodo::CreateTransportError,
    brodo::ProduceError,
    brodo::RequestError
);
