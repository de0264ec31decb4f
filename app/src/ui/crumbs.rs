//! The way from a page back to its list.

use leptos::prelude::*;

use super::Icon;

/// A link to the parent page, and the name of this one.
#[component]
pub fn Crumbs(
    /// Path of the parent.
    href: &'static str,
    /// Name of the parent.
    parent: &'static str,
    /// Name of this page.
    #[prop(into)]
    here: String,
) -> impl IntoView {
    view! {
        <nav class="crumbs" aria-label="Breadcrumb">
            <a href=href>{parent}</a>
            <Icon data=icondata_lu::LuChevronRight/>
            <span aria-current="page">{here}</span>
        </nav>
    }
}
