//! Fetches the certificates that the signatures of Amazon SNS and PayPal are verified with, in addition to verifying them.

use std::sync::Arc;

use reqwest::Url;

use super::request::InboundRequest;
use super::verify::paypal;
use super::{RejectReason, Request, Verified, subscription};
use crate::ops::Ops;
use crate::outgoing::OutgoingError;
use crate::provider::Scheme;
use crate::sources::{LoadedSource, VerificationMethod};

/// The method of a source that needs a certificate; `None` for most sources.
pub fn method(source: &LoadedSource) -> Option<&VerificationMethod> {
    source.methods.iter().find(|method| matches!(method.recipe.scheme, Scheme::Sns | Scheme::Paypal))
}

/// Verifies against the certificate that the request names. Confirms the subscription if Amazon SNS asks for it.
pub async fn verify(
    ops: &Ops,
    source: &LoadedSource,
    method: &VerificationMethod,
    inbound: &InboundRequest<'_>,
    url: &str,
) -> Result<Verified, RejectReason> {
    let certificate = match method.recipe.scheme {
        // Not fetched for just any request.
        Scheme::Paypal => {
            paypal::signature(inbound.headers, inbound.at).and_then(|_| paypal::certificate_url(inbound.headers))?
        }
        _ => subscription::certificate_url(method, inbound)?,
    };
    let public_key = public_key(ops, &certificate).await?;
    let request = Request { public_key: Some(&public_key), ..inbound.to_verify(url) };
    let verified = super::verify(&source.methods, &request)?;
    if method.recipe.scheme == Scheme::Sns {
        subscription::confirm(ops, inbound.body).await?;
    }
    Ok(verified)
}

async fn public_key(ops: &Ops, url: &Url) -> Result<Arc<[u8]>, RejectReason> {
    match ops.certificates.public_key(&ops.outgoing, url).await {
        Ok(key) => Ok(key),
        Err(OutgoingError::Refused(why)) => Err(RejectReason::BadCertificate(why)),
        Err(error) => Err(RejectReason::NoCertificate(error.to_string())),
    }
}
