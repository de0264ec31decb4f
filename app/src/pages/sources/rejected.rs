//! A rejected request beside the set-up steps.

use leptos::prelude::*;

use super::steps::marked;
use crate::types::RefusedRequest;
use crate::ui::text::grouped;
use crate::ui::{Age, Icon};

/// The newest rejected request, with the exact reason and what to do about it.
#[component]
pub fn Rejected(request: RefusedRequest, advice: Option<String>) -> impl IntoView {
    let detail = request.detail.clone();
    let mut rest = detail.chars();
    let first = rest.next().map(|first| first.to_uppercase().to_string()).unwrap_or_default();
    let sentence = format!("{first}{}.", rest.as_str());
    view! {
        <div class="refused" data-tone="bad">
            <p><Icon data=icondata_lu::LuCircleX/>{request.label().to_owned()}<Age at=request.created_at/></p>
            <strong>{sentence}</strong>
            {advice.map(|advice| view! { <p>{marked(&advice)}</p> })}
            <p>{format!("From {}, {} bytes", request.ip_address, grouped(request.size))}</p>
            <a class="link" href=format!("/events/refused?source={}", request.source)>"Review and verify again"</a>
        </div>
    }
}
