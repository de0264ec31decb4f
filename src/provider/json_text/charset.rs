//! Decodes a body to UTF-8.

use std::borrow::Cow;

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE};

use super::parameter;

/// The body in UTF-8, without a byte order mark; borrowed if it is UTF-8 already. That it is valid is not checked.
pub fn to_utf8<'a>(content_type: &str, body: &'a [u8]) -> Cow<'a, [u8]> {
    let (encoding, marked) = match Encoding::for_bom(body) {
        Some((encoding, length)) => (encoding, &body[length..]),
        None => (named(content_type, body), body),
    };
    if encoding == UTF_8 {
        return Cow::Borrowed(marked);
    }
    Cow::Owned(encoding.decode_without_bom_handling(marked).0.into_owned().into_bytes())
}

/// The charset that the header names, else UTF-16 if every other byte of the beginning is 0 (RFC 4627, section 3).
fn named(content_type: &str, body: &[u8]) -> &'static Encoding {
    let named = parameter(content_type, "charset").and_then(|label| Encoding::for_label(label.as_bytes()));
    match (named, body) {
        // The Encoding Standard reads `utf-16` as little-endian.
        (None, [0, low, ..]) if *low != 0 => UTF_16BE,
        (Some(encoding), [0, low, ..]) if encoding == UTF_16LE && *low != 0 => UTF_16BE,
        (Some(encoding), _) => encoding,
        (None, [low, 0, ..]) if *low != 0 => UTF_16LE,
        _ => UTF_8,
    }
}
