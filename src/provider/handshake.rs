//! Provider handshakes: authentic requests that need a specific response and are not events.

use serde::Deserialize;

use super::scan::scan;

/// A handshake by POST, recognized by a scalar in the JSON body.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Handshake {
    pointer: String,
    /// The scalar there; absent for any.
    equals: Option<String>,
    /// Whether it comes without a signature: answered and dropped, whoever sent it.
    #[serde(default)]
    unsigned: bool,
    /// Pointer to a scalar that only events have; if present, the request is not a handshake.
    absent: Option<String>,
    /// Pointer to the scalar to echo as text.
    echo: Option<String>,
    #[serde(default = "ok")]
    status: u16,
    /// A fixed JSON text to respond with.
    #[serde(default)]
    body: String,
}

/// A handshake by GET whose query contains a token and a challenge (Meta).
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GetHandshake {
    /// Name of the token's query parameter; its value must equal the source's setting `verify_token`.
    pub token: String,
    /// Name of the query parameter to echo.
    pub challenge: String,
}

/// The response to a handshake, in place of a receipt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reply {
    /// HTTP status.
    pub status: u16,
    /// `text/plain` for an echo, else `application/json`.
    pub content_type: &'static str,
    /// The echoed scalar or the pack's fixed text.
    pub body: String,
}

/// The response to a ping that its provider does not sign; `None` if the request is none.
pub fn reply_unsigned(handshakes: &[Handshake], json: &[u8]) -> Option<Reply> {
    handshakes.iter().filter(|handshake| handshake.unsigned).find_map(|handshake| handshake.reply(json))
}

/// The response to a handshake; `None` if the request is an event.
pub fn reply(handshakes: &[Handshake], json: &[u8]) -> Option<Reply> {
    handshakes.iter().find_map(|handshake| handshake.reply(json))
}

impl Handshake {
    fn reply(&self, json: &[u8]) -> Option<Reply> {
        let found = |pointer: &str| scan(json, &[pointer]).remove(0);
        let is_event = self.absent.as_deref().and_then(found).is_some();
        let scalar = found(&self.pointer)?;
        if is_event || self.equals.as_ref().is_some_and(|equals| *equals != scalar) {
            return None;
        }
        let (content_type, body) = match &self.echo {
            Some(pointer) => ("text/plain; charset=utf-8", found(pointer)?),
            None => ("application/json", self.body.clone()),
        };
        Some(Reply { status: self.status, content_type, body })
    }
}

const fn ok() -> u16 {
    200
}

#[cfg(test)]
mod tests {
    use super::*;

    fn discord(equals: &str, status: u16, body: &str) -> Handshake {
        Handshake {
            pointer: "/type".into(),
            equals: Some(equals.into()),
            absent: Some("/event/type".into()),
            status,
            body: body.into(),
            ..Handshake::default()
        }
    }

    #[test]
    fn a_challenge_comes_back() {
        let slack = Handshake {
            pointer: "/type".into(),
            equals: Some("url_verification".into()),
            echo: Some("/challenge".into()),
            status: 200,
            ..Handshake::default()
        };
        let reply = reply(&[slack], br#"{"challenge":"3eZb","type":"url_verification"}"#).unwrap();
        assert_eq!((reply.status, reply.body.as_str()), (200, "3eZb"));
    }

    #[test]
    fn only_a_ping_that_says_so_is_answered_without_a_signature() {
        let test = Handshake { pointer: "/test".into(), unsigned: true, status: 200, ..Handshake::default() };
        let both = [discord("1", 200, "{}"), test];
        assert!(reply_unsigned(&both, br#"{"test":true}"#).is_some());
        assert_eq!(reply_unsigned(&both, br#"{"type":1}"#), None);
    }

    #[test]
    fn a_ping_is_answered_by_its_kind_and_an_event_is_none() {
        let both = [discord("1", 200, r#"{"type":1}"#), discord("0", 204, "")];
        assert_eq!(reply(&both, br#"{"type":1}"#).unwrap().body, r#"{"type":1}"#);
        assert_eq!(reply(&both, br#"{"type":0}"#).unwrap().status, 204);
        assert_eq!(reply(&both, br#"{"type":2}"#), None);
        assert_eq!(reply(&both, br#"{"type":1,"event":{"type":"ENTITLEMENT_CREATE"}}"#), None);
        assert_eq!(reply(&both, b"nonsense"), None);
    }
}
