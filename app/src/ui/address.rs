//! Addresses with a query, written so that they read back the same.

/// A path and its query.
#[derive(Clone, Debug)]
pub struct Address {
    path: &'static str,
    pairs: Vec<String>,
}

impl Address {
    pub const fn new(path: &'static str) -> Self {
        Self { path, pairs: Vec::new() }
    }

    /// With one more pair, if there is a value.
    pub fn with(mut self, key: &str, value: Option<String>) -> Self {
        if let Some(value) = value.filter(|value| !value.is_empty()) {
            self.pairs.push(format!("{key}={}", escaped(&value)));
        }
        self
    }

    /// As a link has it.
    pub fn href(&self) -> String {
        if self.pairs.is_empty() { self.path.to_owned() } else { format!("{}?{}", self.path, self.pairs.join("&")) }
    }
}

/// Percent-encoded but for what RFC 3986 calls unreserved, and the comma.
fn escaped(text: &str) -> String {
    let byte = |byte: u8| match byte {
        b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b',' => char::from(byte).to_string(),
        other => format!("%{other:02X}"),
    };
    text.bytes().map(byte).collect()
}
