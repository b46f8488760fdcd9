//! The three kinds of message on the WebSocket.
//!
//! ```text
//! ▶ {"id": 1, "method": "join", "data": {…}}
//! ◀ {"id": 1, "ok": true, "data": {…}}     or {"id": 1, "ok": false, "error": {"reason": "…"}}
//! ◀ {"method": "newPeer", "data": {…}}
//! ```

use serde::Deserialize;
use serde_json::{Value, json};

use crate::error::Refused;

/// Bytes of one message; the largest that makes sense, RTP capabilities, takes some 20 KiB.
pub const MESSAGE_SIZE_MAX: usize = 256 * 1024;

/// What a client asks.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct Request {
    /// Comes back with the response.
    pub id: u64,
    /// What to do.
    pub method: String,
    /// With what.
    #[serde(default)]
    pub data: Value,
}

impl Request {
    /// Parses a message.
    ///
    /// # Errors
    ///
    /// The response to send instead, with the message's id if that much could be read.
    pub fn parse(text: &str) -> Result<Self, String> {
        let value: Value = serde_json::from_str(text)
            .map_err(|error| refusal(&Value::Null, &format!("not JSON: {error}")))?;
        let id = value.get("id").cloned().unwrap_or(Value::Null);
        serde_json::from_value(value)
            .map_err(|error| refusal(&id, &format!("not a request: {error}")))
    }

    /// The response to it.
    pub fn response(&self, result: Result<Value, Refused>) -> String {
        match result {
            Ok(data) => json!({ "id": self.id, "ok": true, "data": data }).to_string(),
            Err(refused) => refusal(&json!(self.id), &refused.to_string()),
        }
    }
}

/// Something that happened by itself.
pub fn notification(method: &str, data: &Value) -> String {
    json!({ "method": method, "data": data }).to_string()
}

fn refusal(id: &Value, reason: &str) -> String {
    json!({ "id": id, "ok": false, "error": { "reason": reason } }).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_without_data_is_a_request() {
        let request = Request::parse(r#"{"id":7,"method":"leave"}"#);

        assert_eq!(
            request,
            Ok(Request {
                id: 7,
                method: "leave".into(),
                data: Value::Null
            })
        );
    }

    #[test]
    fn a_bad_message_gets_a_response_with_as_much_of_the_id_as_there_is() {
        let not_json = Request::parse("{").unwrap_err();
        let no_method = Request::parse(r#"{"id":3}"#).unwrap_err();

        assert!(
            not_json.starts_with(r#"{"error":{"reason":"not JSON"#),
            "{not_json}"
        );
        assert!(
            no_method.contains(r#""id":3"#) && no_method.contains("method"),
            "{no_method}"
        );
    }
}
