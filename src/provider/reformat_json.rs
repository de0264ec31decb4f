//! JSON with different white space, as produced by a proxy or framework that parses and serializes a body again. Used to
//! explain a signature mismatch.

/// The text with only `colon` and `comma` between its tokens; `None` if it is not valid JSON. Strings, numbers and key order
/// are unchanged.
pub fn reformat_json(json: &[u8], colon: &str, comma: &str) -> Option<Vec<u8>> {
    serde_json::from_slice::<serde::de::IgnoredAny>(json).ok()?;
    let mut out = Vec::with_capacity(json.len());
    let (mut in_string, mut is_escaped) = (false, false);
    for byte in json {
        match byte {
            _ if in_string => {
                out.push(*byte);
                in_string = *byte != b'"' || is_escaped;
                is_escaped = *byte == b'\\' && !is_escaped;
            }
            b'"' => {
                out.push(b'"');
                in_string = true;
            }
            b':' => out.extend_from_slice(colon.as_bytes()),
            b',' => out.extend_from_slice(comma.as_bytes()),
            byte if byte.is_ascii_whitespace() => {}
            byte => out.push(*byte),
        }
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::reformat_json;

    #[test]
    fn only_the_white_space_between_tokens_changes() {
        let json = b"{ \"a\\\" : ,\" : [ 1 ,2.50, \"\\\\\" ],\n\"b\":{}}";
        assert_eq!(reformat_json(json, ":", ",").unwrap(), b"{\"a\\\" : ,\":[1,2.50,\"\\\\\"],\"b\":{}}");
        assert_eq!(reformat_json(json, ": ", ", ").unwrap(), b"{\"a\\\" : ,\": [1, 2.50, \"\\\\\"], \"b\": {}}");
        assert_eq!(reformat_json(b"{", ":", ","), None);
    }
}
