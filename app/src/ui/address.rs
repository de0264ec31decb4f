//! URLs with a query string, percent-encoded so that they parse back to the same values.

/// A path and its query parameters.
#[derive(Clone, Debug)]
pub struct Address {
    path: &'static str,
    pairs: Vec<String>,
}

impl Address {
    /// The URL without a query.
    pub const fn new(path: &'static str) -> Self {
        Self { path, pairs: Vec::new() }
    }

    /// Adds a query parameter if it has a non-empty value.
    pub fn with(mut self, key: &str, value: Option<String>) -> Self {
        if let Some(value) = value.filter(|value| !value.is_empty()) {
            self.pairs.push(format!("{key}={}", escaped(&value)));
        }
        self
    }

    /// The URL for a link.
    pub fn href(&self) -> String {
        if self.pairs.is_empty() { self.path.to_owned() } else { format!("{}?{}", self.path, self.pairs.join("&")) }
    }
}

/// Percent-encodes everything except the unreserved characters of RFC 3986 and the comma.
pub fn escaped(text: &str) -> String {
    let byte = |byte: u8| match byte {
        b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b',' => char::from(byte).to_string(),
        other => format!("%{other:02X}"),
    };
    text.bytes().map(byte).collect()
}
