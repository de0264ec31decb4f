//! What is signed: a template, cut into its parts.

/// One part of what is signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part<'a> {
    Literal(&'a str),
    Timestamp,
    Id,
    Body,
    /// The public URL, with the query of the request.
    Url,
    /// The fields of a form, sorted, name and value put together.
    Params,
    /// A scalar of the JSON body.
    Pointer(&'a str),
}

/// A template in parts, or what is wrong with it.
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
            "the template knows {{body}}, {{ts}}, {{id}}, {{url}}, {{params}} and {{/pointer}}, not {{{other}}}"
        )),
    }
}
