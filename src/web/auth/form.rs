//! Forms for visitors who are not signed in: parsing, errors, and the redirect back.

use std::net::IpAddr;

use app::Error;
use axum::Form;
use axum::extract::{FromRequest, Request};
use axum::http::header;
use axum::response::{IntoResponse, Redirect, Response};

use super::session::{DEVICE, read_cookie};
use crate::web::Web;
use crate::web::api::answer;
use crate::web::peer::client_ip;

/// Origin of a request.
pub struct Origin {
    pub ip: IpAddr,
    pub agent: String,
    /// Token of a device that was used to sign in before.
    pub device: Option<String>,
}

impl Origin {
    pub fn of(web: &Web, request: &Request) -> Self {
        let agent = request.headers().get(header::USER_AGENT).and_then(|value| value.to_str().ok()).unwrap_or_default();
        Self {
            ip: client_ip(request),
            agent: crate::provider::clean_line(agent, 300),
            device: read_cookie(&web.ops, request.headers(), DEVICE),
        }
    }
}

/// Parses a form, and determines the request's origin.
pub async fn read_form<T: serde::de::DeserializeOwned>(
    web: &Web,
    request: Request,
) -> std::result::Result<(Origin, T), Box<Response>> {
    let origin = Origin::of(web, &request);
    match Form::<T>::from_request(request, &()).await {
        Ok(Form(form)) => Ok((origin, form)),
        Err(rejection) => Err(Box::new(answer(Error::BadRequest(rejection.body_text())))),
    }
}

/// Redirects to the form with the error message. Under overload a short 503 is sent instead, as rendering the form would cost
/// more.
pub fn gate_again(path: &str, error: &Error, keep: &[(&str, &str)]) -> Response {
    if matches!(error, Error::Unavailable) {
        return answer(error.clone());
    }
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.append_pair("error", &error.to_string());
    query.extend_pairs(error.field().map(|field| ("field", field)));
    query.extend_pairs(keep.iter().filter(|(_, value)| !value.is_empty()));
    Redirect::to(&format!("{path}?{}", query.finish())).into_response()
}
