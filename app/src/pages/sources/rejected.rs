//! A rejected request beside the set-up steps.

use leptos::prelude::*;

use super::steps::marked;
use crate::types::RefusedRequest;
use crate::types::words::capitalized;
use crate::ui::text::grouped;
use crate::ui::{Age, Icon};

/// The newest rejected request, with the exact reason and what to do about it.
#[component]
pub fn Rejected(request: RefusedRequest, advice: Option<String>) -> impl IntoView {
    let sentence = format!("{}.", capitalized(&request.detail));
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
