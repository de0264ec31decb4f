//! How lists are shown: their density and the columns that are left out. Kept in a cookie, so that the server renders them
//! right from the start.

/// Columns of the alert list that can be left out.
pub const COLUMNS: [(&str, &str); 3] = [("source", "Source"), ("state", "State"), ("age", "Last seen")];

/// Request context and page state.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ListStyle {
    /// Lower rows.
    pub is_compact: bool,
    /// Names of [`COLUMNS`].
    pub hidden: Vec<&'static str>,
}

impl ListStyle {
    /// Parses the cookie, such as `compact.source.state`; unknown words are ignored.
    pub fn read(cookie: &str) -> Self {
        let words: Vec<&str> = cookie.split('.').collect();
        let hidden = COLUMNS.into_iter().map(|(name, _)| name).filter(|name| words.contains(name)).collect();
        Self { is_compact: words.contains(&"compact"), hidden }
    }

    /// Value of the cookie.
    pub fn write(&self) -> String {
        let compact = self.is_compact.then_some("compact");
        compact.into_iter().chain(self.hidden.iter().copied()).collect::<Vec<_>>().join(".")
    }

    /// Value of `data-density` of the document.
    pub fn density(&self) -> Option<&'static str> {
        self.is_compact.then_some("compact")
    }

    /// Value of `data-hide` of the document, a list of words.
    pub fn hide(&self) -> Option<String> {
        (!self.hidden.is_empty()).then(|| self.hidden.join(" "))
    }

    /// The style with a column shown or left out.
    pub fn toggled(mut self, column: &'static str) -> Self {
        crate::ui::list::toggle(&mut self.hidden, column);
        self
    }
}

/// Reads what the document was rendered with.
#[cfg(feature = "hydrate")]
pub fn current() -> ListStyle {
    use leptos::prelude::document;
    let of = |name| document().document_element().and_then(|root| root.get_attribute(name)).unwrap_or_default();
    ListStyle::read(&format!("{}.{}", of("data-density"), of("data-hide").replace(' ', ".")))
}

/// The default on the server, where no menu is open.
#[cfg(not(feature = "hydrate"))]
pub fn current() -> ListStyle {
    ListStyle::default()
}

/// Applies it to the document and keeps it.
#[cfg(feature = "hydrate")]
pub fn apply(style: &ListStyle) {
    use leptos::prelude::document;
    use leptos::wasm_bindgen::JsCast;
    let Some(root) = document().document_element() else { return };
    for (name, value) in [("data-density", style.density().map(str::to_owned)), ("data-hide", style.hide())] {
        let _always_possible = match value {
            Some(value) => root.set_attribute(name, &value),
            None => root.remove_attribute(name),
        };
    }
    if let Ok(html) = document().dyn_into::<web_sys::HtmlDocument>() {
        let _may_be_off = html.set_cookie(&format!("list={}; Path=/; Max-Age=31536000; SameSite=Lax", style.write()));
    }
}

/// Does nothing on the server.
#[cfg(not(feature = "hydrate"))]
pub fn apply(_style: &ListStyle) {}

#[cfg(test)]
mod tests {
    use super::ListStyle;

    #[test]
    fn the_cookie_reads_back() {
        for text in ["", "compact", "source.age", "compact.source.state.age"] {
            assert_eq!(ListStyle::read(text).write(), text);
        }
        assert_eq!(ListStyle::read("nonsense.\"><script>.state").write(), "state");
        assert_eq!(ListStyle::read("state").toggled("state").toggled("source").write(), "source");
    }
}
