//! Multipart messages (RFC 7578): the part that holds JSON, or the fields as an object.

use serde_json::{Map, Value};

use super::{looks_like_json, media_type, parameter};

pub fn is_multipart(content_type: &str) -> bool {
    ["multipart/form-data", "multipart/mixed"].iter().any(|kind| media_type(content_type).eq_ignore_ascii_case(kind))
}

/// The first part that looks like JSON, else an object of the parts that are text; `None` without a boundary or parts.
pub fn json(content_type: &str, body: &[u8]) -> Option<Vec<u8>> {
    let boundary = format!("--{}", parameter(content_type, "boundary").filter(|text| !text.is_empty())?);
    let parts: Vec<(&str, &[u8])> = split(body, boundary.as_bytes()).into_iter().filter_map(part).collect();
    if let Some((_, json)) = parts.iter().find(|(_, content)| looks_like_json(content)) {
        return Some(json.to_vec());
    }
    let text = |(head, content): &(&str, &[u8])| {
        let name = head.lines().find_map(|line| parameter(line, "name"))?;
        Some((name.to_owned(), Value::from(std::str::from_utf8(content).ok()?)))
    };
    let fields: Map<String, Value> = parts.iter().filter_map(text).collect();
    (!fields.is_empty()).then(|| Value::Object(fields).to_string().into_bytes())
}

fn split<'b>(body: &'b [u8], boundary: &[u8]) -> Vec<&'b [u8]> {
    let (mut pieces, mut from) = (Vec::new(), 0);
    for at in memchr::memmem::find_iter(body, boundary) {
        pieces.push(&body[from..at.max(from)]);
        from = at + boundary.len();
    }
    pieces
}

/// Headers and content; `None` for what is before the first boundary.
fn part(piece: &[u8]) -> Option<(&str, &[u8])> {
    let at = memchr::memmem::find(piece, b"\r\n\r\n")?;
    let (head, content) = (&piece[..at], &piece[at + 4..]);
    Some((std::str::from_utf8(head).ok()?, content.strip_suffix(b"\r\n").unwrap_or(content)))
}
