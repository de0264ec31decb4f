//! The browser's transport: form fields in a POST, the response as text.

use std::sync::Arc;

use super::Answer;
use crate::Error;

/// Posts a form-urlencoded `body` and follows a redirect in the response.
#[cfg(feature = "hydrate")]
pub async fn post(path: &str, body: String) -> Answer {
    Answer(send_wrapper::SendWrapper::new(ask(path, body)).await)
}

#[cfg(feature = "hydrate")]
async fn ask(path: &str, body: String) -> Result<Arc<str>, Error> {
    use gloo_net::http::Request;
    use leptos::server_fn::redirect::{REDIRECT_HEADER, call_redirect_hook};

    let request = Request::post(path).header("Accept", "application/json");
    let request = request.header("Content-Type", "application/x-www-form-urlencoded").body(body);
    let answer = request.map_err(|_| Error::Network)?.send().await.map_err(|_| Error::Network)?;
    let text = answer.text().await.map_err(|_| Error::Network)?;
    if !answer.ok() {
        return Err(refusal(answer.status(), &text));
    }
    if let (Some(_), Some(to)) = (answer.headers().get(REDIRECT_HEADER), answer.headers().get("Location")) {
        call_redirect_hook(&to);
    }
    Ok(text.into())
}

/// The error of a failed response. A proxy in front of the server may have sent it, with a body that is not this JSON.
#[cfg(feature = "hydrate")]
fn refusal(status: u16, text: &str) -> Error {
    let unnamed = if status == 401 { Error::Unauthorized } else { Error::Unavailable };
    crate::read::text(text).unwrap_or(unnamed)
}

/// Never called: neither `ssr` nor `hydrate` is enabled.
#[cfg(not(feature = "hydrate"))]
pub async fn post(_path: &str, _body: String) -> Answer {
    Answer(Err::<Arc<str>, _>(Error::Network))
}
