//! Templates of the signed content.

/// A part of the signed content.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part<'a> {
    /// Text outside braces.
    Literal(&'a str),
    /// `{ts}`: the timestamp as sent.
    Timestamp,
    /// `{id}`: the value of the recipe's `id_header`.
    Id,
    /// `{body}`: the raw bytes.
    Body,
    /// `{payload}`: the field `payload` of a form, of any other body the raw bytes (Gitea, Gogs).
    Payload,
    /// `{url}`: the public URL with the query string of the request.
    Url,
    /// `{params}`: the form's fields sorted by name, with names and values concatenated.
    Params,
    /// `{/pointer}`: a scalar at a JSON pointer (RFC 6901) in the body.
    Pointer(&'a str),
}

/// Parses a template. Fails if a part is unknown, or if no part covers the body.
pub fn parts(template: &str) -> Result<Vec<Part<'_>>, String> {
    let mut parts = Vec::new();
    let mut rest = template;
    while let Some(open) = rest.find('{') {
        if open > 0 {
            parts.push(Part::Literal(&rest[..open]));
        }
        let close = rest[open..].find('}').ok_or("the template has a '{' without '}'")? + open;
        parts.push(named_part(&rest[open + 1..close])?);
        rest = &rest[close + 1..];
    }
    if !rest.is_empty() {
        parts.push(Part::Literal(rest));
    }
    let covers =
        |part: &Part<'_>| matches!(part, Part::Body | Part::Payload | Part::Params | Part::Url | Part::Pointer(_));
    if parts.iter().any(covers) { Ok(parts) } else { Err("the template must sign {body}".to_owned()) }
}

fn named_part(name: &str) -> Result<Part<'_>, String> {
    match name {
        "body" => Ok(Part::Body),
        "payload" => Ok(Part::Payload),
        "ts" => Ok(Part::Timestamp),
        "id" => Ok(Part::Id),
        "url" => Ok(Part::Url),
        "params" => Ok(Part::Params),
        pointer if pointer.starts_with('/') => Ok(Part::Pointer(pointer)),
        other => Err(format!(
            "the template supports {{body}}, {{payload}}, {{ts}}, {{id}}, {{url}}, {{params}} and {{/pointer}}, not {{{other}}}"
        )),
    }
}
