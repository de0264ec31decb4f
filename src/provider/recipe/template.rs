//! Templates of the signed content.

/// A part of the signed content.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part<'a> {
    Literal(&'a str),
    Timestamp,
    Id,
    Body,
    /// The public URL with the query string of the request.
    Url,
    /// The form's fields sorted by name, with names and values concatenated.
    Params,
    /// A scalar at a JSON pointer in the body.
    Pointer(&'a str),
}

/// Parses a template; an error says what is wrong.
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
    let covers = |part: &Part<'_>| matches!(part, Part::Body | Part::Params | Part::Url | Part::Pointer(_));
    if parts.iter().any(covers) { Ok(parts) } else { Err("the template must sign {body}".to_owned()) }
}

fn named_part(name: &str) -> Result<Part<'_>, String> {
    match name {
        "body" => Ok(Part::Body),
        "ts" => Ok(Part::Timestamp),
        "id" => Ok(Part::Id),
        "url" => Ok(Part::Url),
        "params" => Ok(Part::Params),
        pointer if pointer.starts_with('/') => Ok(Part::Pointer(pointer)),
        other => Err(format!(
            "the template supports {{body}}, {{ts}}, {{id}}, {{url}}, {{params}} and {{/pointer}}, not {{{other}}}"
        )),
    }
}
