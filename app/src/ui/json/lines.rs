//! Splits JSON text into foldable lines without parsing it into values: numbers, key order and duplicate keys stay as sent.

use std::ops::Range;

/// The content of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The start of an object or array.
    Open {
        /// `{` or `[`, as ASCII.
        bracket: u8,
        /// Index of the closing line.
        end: u32,
        /// Number of entries.
        count: u32,
    },
    /// The end of an object or array: `}` or `]`, as ASCII.
    Close(u8),
    /// A string.
    Text,
    /// Number, true, false or null.
    Literal,
}

/// One line. Positions are byte ranges of the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Number of enclosing objects and arrays.
    pub depth: u16,
    /// The content.
    pub kind: Kind,
    /// The key, including its quotes; `None` outside of objects.
    pub key: Option<Range<usize>>,
    /// The scalar, or everything from the opening to the closing bracket.
    pub value: Range<usize>,
    /// Index of the line that opens the enclosing object or array; `None` for the root.
    pub parent: Option<u32>,
    /// Index within the enclosing array or object; 0 for a closing line.
    pub index: u32,
}

/// The lines of a text; `None` if it is not valid JSON, or nested deeper than 500 levels.
pub fn lines(text: &str) -> Option<Vec<Line>> {
    let mut parser = Parser { bytes: text.as_bytes(), at: 0, lines: Vec::new() };
    parser.value(None, None, 0, 0)?;
    parser.space();
    (parser.at == parser.bytes.len()).then_some(parser.lines)
}

/// Maximum nesting; a deeper document is shown raw.
const MAX_DEPTH: u16 = 500;

struct Parser<'t> {
    bytes: &'t [u8],
    at: usize,
    lines: Vec<Line>,
}

impl Parser<'_> {
    fn space(&mut self) {
        while self.bytes.get(self.at).is_some_and(u8::is_ascii_whitespace) {
            self.at += 1;
        }
    }

    fn peek(&mut self) -> Option<u8> {
        self.space();
        self.bytes.get(self.at).copied()
    }

    fn expect(&mut self, byte: u8) -> Option<()> {
        (self.peek()? == byte).then(|| self.at += 1)
    }

    fn value(&mut self, key: Option<Range<usize>>, parent: Option<u32>, index: u32, depth: u16) -> Option<()> {
        let first = self.peek()?;
        let start = self.at;
        let kind = match first {
            b'{' | b'[' if depth >= MAX_DEPTH => return None,
            b'{' | b'[' => {
                return self.nested(first, Line { depth, kind: Kind::Text, key, value: start..start, parent, index });
            }
            b'"' => {
                self.string()?;
                Kind::Text
            }
            _ => {
                self.literal()?;
                Kind::Literal
            }
        };
        self.lines.push(Line { depth, kind, key, value: start..self.at, parent, index });
        Some(())
    }

    fn nested(&mut self, bracket: u8, open: Line) -> Option<()> {
        let (me, depth, start) = (self.lines.len(), open.depth, self.at);
        self.lines.push(open);
        let close = if bracket == b'{' { b'}' } else { b']' };
        let mut count = 0;
        self.at += 1;
        if self.peek()? != close {
            loop {
                let key = if bracket == b'{' { Some(self.key()?) } else { None };
                self.value(key, Some(me as u32), count, depth + 1)?;
                count += 1;
                match self.peek()? {
                    b',' => self.at += 1,
                    byte if byte == close => break,
                    _ => return None,
                }
            }
        }
        self.at += 1;
        let end = self.lines.len();
        self.lines[me].kind = Kind::Open { bracket, end: end as u32, count };
        self.lines[me].value = start..self.at;
        let parent = self.lines[me].parent;
        self.lines.push(Line {
            depth,
            kind: Kind::Close(close),
            key: None,
            value: self.at - 1..self.at,
            parent,
            index: 0,
        });
        Some(())
    }

    fn key(&mut self) -> Option<Range<usize>> {
        self.space();
        let start = self.at;
        self.string()?;
        let key = start..self.at;
        self.expect(b':')?;
        Some(key)
    }

    fn string(&mut self) -> Option<()> {
        self.expect(b'"')?;
        loop {
            match *self.bytes.get(self.at)? {
                b'"' => break,
                b'\\' => self.at += 2,
                _ => self.at += 1,
            }
        }
        self.at += 1;
        Some(())
    }

    fn literal(&mut self) -> Option<()> {
        let start = self.at;
        while self.bytes.get(self.at).is_some_and(|b| b.is_ascii_alphanumeric() || b"+-.".contains(b)) {
            self.at += 1;
        }
        serde_json::from_slice::<serde::de::IgnoredAny>(&self.bytes[start..self.at]).ok().map(drop)
    }
}

/// JSONPath of a line, such as `$.workflow_run.steps[2]`.
pub fn path(text: &str, lines: &[Line], at: usize) -> String {
    let mut parts = Vec::new();
    let mut at = Some(at);
    while let Some(line) = at.and_then(|at| lines.get(at)) {
        match (&line.key, line.parent) {
            (Some(key), _) => parts.push(step(&text[key.clone()])),
            (None, Some(_)) => parts.push(format!("[{}]", line.index)),
            (None, None) => {}
        }
        at = line.parent.map(|parent| parent as usize);
    }
    parts.push("$".to_owned());
    parts.into_iter().rev().collect()
}

/// A key without its quotes.
pub fn unquoted(key: &str) -> &str {
    key.strip_prefix('"').and_then(|key| key.strip_suffix('"')).unwrap_or(key)
}

fn step(quoted: &str) -> String {
    let key = unquoted(quoted);
    let is_plain = !key.is_empty() && key.chars().all(|c| c.is_alphanumeric() || c == '_');
    if is_plain { format!(".{key}") } else { format!("[{quoted}]") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_becomes_lines_that_know_their_place() {
        let text = r#"{"a": {"b": [1, "x\"y", {}]}, "a": 1e400, "c d": null}"#;
        let lines = lines(text).unwrap();
        let shown: Vec<&str> = lines.iter().map(|line| &text[line.value.clone()]).collect();
        assert_eq!(shown[3..6], ["1", r#""x\"y""#, "{}"]);
        assert_eq!(lines.len(), 12);
        assert_eq!(path(text, &lines, 4), "$.a.b[1]");
        assert_eq!(path(text, &lines, 10), r#"$["c d"]"#);
        assert!(matches!(lines[0].kind, Kind::Open { end: 11, count: 3, .. }));
        assert_eq!(&text[lines[9].value.clone()], "1e400");
    }

    #[test]
    fn what_is_no_json_has_no_lines() {
        for text in ["", "{", "{\"a\"}", "[1,]", "nope", "{} x", "\"\\", "{\"a\":1,,}"] {
            assert_eq!(lines(text), None, "{text}");
        }
        assert!(lines(&format!("{}{}", "[".repeat(100_000), "]".repeat(100_000))).is_none());
    }
}
