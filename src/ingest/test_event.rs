//! A test event: a sample signed with the source's own secret and verified like any other delivery.

use std::net::{IpAddr, Ipv4Addr};

use anyhow::Context;
use app::Error;
use axum::http::{HeaderMap, HeaderName, HeaderValue};

use super::authenticate::{Authenticated, authenticate};
use super::record::store;
use super::request::{InboundRequest, public_url};
use crate::crypto::random_id;
use crate::error::Result;
use crate::ops::Ops;
use crate::provider::{Signed, ToSign, fixture, sample_type, sign_sample, with_fresh_id};
use crate::sources::LoadedSource;

/// Body used for a pack without samples.
const PLAIN: &[u8] = br#"{"title":"Test event","message":"Sent from OpsCenter to try this source out."}"#;

/// Signs, verifies, stores and queues a sample; returns the event's id. Fails if only the provider can sign, or if the
/// signature does not verify.
pub async fn send_test(ops: &Ops, source: &LoadedSource, secret: &str) -> Result<i64> {
    let id = format!("test-{}", random_id());
    let signed = signed(ops, source, secret, &id).map_err(|why| Error::invalid("provider", why))?;
    let headers = headers(&signed.headers)?;
    let query = signed
        .query
        .map(|(name, value)| form_urlencoded::Serializer::new(String::new()).append_pair(name, &value).finish());
    let (body, ip) = (signed.body.into(), IpAddr::V4(Ipv4Addr::LOCALHOST));
    let inbound =
        InboundRequest { headers: &headers, query: query.as_deref(), body: &body, ip, request_id: &id, at: ops.now() };
    let event = match authenticate(ops, source, &inbound).await {
        Ok(Authenticated::Event(event)) => *event,
        Ok(Authenticated::Handshake(_)) => {
            return Err(Error::invalid("provider", "has no sample but a handshake").into());
        }
        Err(refusal) => return Err(Error::invalid("secret", format!("does not verify: {refusal}")).into()),
    };
    let recorded = store(&ops.db, std::slice::from_ref(&event)).await?;
    let recorded = recorded.get(&event.request_id).context("an event without an answer")?;
    ops.queue.push(&[recorded.event_id]);
    Ok(recorded.event_id)
}

fn signed(ops: &Ops, source: &LoadedSource, secret: &str, id: &str) -> std::result::Result<Signed, String> {
    let pack = &source.pack;
    let event_type = sample_type(&pack.id).unwrap_or_else(|| "test".to_owned());
    let sample = fixture(&pack.id, &event_type).unwrap_or_else(|| PLAIN.to_vec());
    let body = with_fresh_id(&pack.identify, &sample, id);
    let url = public_url(ops, source, None);
    let to_sign = ToSign { id, now: ops.now(), url: &url, content_type: "", body: &body };
    sign_sample(pack, &source.settings, secret, &event_type, &to_sign)
}

fn headers(pairs: &[(String, String)]) -> anyhow::Result<HeaderMap> {
    let pair = |(name, value): &(String, String)| Ok((HeaderName::try_from(name)?, HeaderValue::try_from(value)?));
    pairs.iter().map(pair).collect()
}
