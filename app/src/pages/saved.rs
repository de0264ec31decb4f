//! Saved filters: a menu beside the filters of a list.

use leptos::html::Details;
use leptos::prelude::*;

use crate::Error;
use crate::api::saved::{RemoveFilter, SaveFilter};
use crate::live::Live;
use crate::pages::post::{Post, PostForm};
use crate::types::{ListPage, SavedFilter};
use crate::ui::Icon;
use crate::ui::menu::{close_menu, menu_key};

/// The saved filters, and a field to save the current one. `href` is the list's URL with the current filters.
#[component]
pub fn SavedFilters(page: ListPage, saved: Vec<SavedFilter>, href: Signal<String>) -> impl IntoView {
    let query = Memo::new(move |_| href.with(|href| href.split_once('?').map(|(_, query)| query.to_owned())));
    let (save, remove) = (Post::to::<SaveFilter>(), Post::to::<RemoveFilter>());
    let menu = NodeRef::<Details>::new();
    load_again(save, remove, menu);
    let failed = move || save.error().or(remove.error());
    let nothing_saved = saved.is_empty();
    let is_useless = move || nothing_saved && query.with(Option::is_none);
    let links = saved.into_iter().map(|filter| saved_link(filter, query, remove, menu)).collect_view();
    let form = move || query.get().map(|query| view! { <SaveForm page query save failed=Signal::derive(failed)/> });
    view! {
        <details class="menu saved" node_ref=menu hidden=is_useless on:keydown=move |event| menu_key(menu, &event)>
            <summary class="chip"><Icon data=icondata_lu::LuBookmark/>"Saved"</summary>
            <div class="menu-panel">{links}{form}</div>
        </details>
    }
}

/// Reloads the list, and with it the saved filters, after a change.
fn load_again(save: Post<()>, remove: Post<()>, menu: NodeRef<Details>) {
    let live = expect_context::<Live>();
    Effect::new(move |_| {
        let (saved, removed) = (save.is_ok(), remove.is_ok());
        if saved || removed {
            close_menu(menu);
            live.reload.update(|n| *n += 1);
        }
    });
}

fn saved_link(
    filter: SavedFilter,
    query: Memo<Option<String>>,
    remove: Post<()>,
    menu: NodeRef<Details>,
) -> impl IntoView {
    let own = filter.query.clone();
    let is_shown = move || query.with(|query| query.as_ref() == Some(&own)).then_some("true");
    let (href, word) = (filter.href(), format!("Remove the filter {}", filter.name));
    view! {
        <div class="saved-row">
            <a class="menu-item" href=href aria-current=is_shown dir="auto" on:click=move |_| close_menu(menu)>
                {filter.name}
            </a>
            <PostForm post=remove>
                <input type="hidden" name="id" value=filter.id/>
                <button class="icon-button" aria-label=word><Icon data=icondata_lu::LuX/></button>
            </PostForm>
        </div>
    }
}

#[component]
fn SaveForm(page: ListPage, query: String, save: Post<()>, failed: Signal<Option<Error>>) -> impl IntoView {
    view! {
        <PostForm post=save>
            <input type="hidden" name="page" value=page.as_str()/>
            <input type="hidden" name="query" value=query/>
            <div class="saved-form">
                <input class="input" name="name" placeholder="Filter name" aria-label="Filter name" required=true
                    maxlength="60" autocomplete="off"/>
                <button class="button" data-size="small" disabled=move || save.pending()>"Save"</button>
            </div>
            {move || failed.get().map(|error| view! { <p class="field-error" role="alert">{error.sentence()}</p> })}
        </PostForm>
    }
}
