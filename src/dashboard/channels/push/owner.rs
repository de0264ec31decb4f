//! Whose browser a channel is, and where browsers may subscribe.

use app::types::ChannelKind;

use crate::channels::LoadedChannel;
use crate::notify::push::Subscription;

/// Whether a channel is a browser of this user.
pub fn is_owned(ready: &LoadedChannel, user: &str) -> bool {
    ready.channel.kind == ChannelKind::Push && ready.setting("user") == Some(user)
}

/// Whether a channel is the browser with this endpoint, whoever owns it.
pub fn has_endpoint(ready: &LoadedChannel, endpoint: &str) -> bool {
    ready.channel.kind == ChannelKind::Push
        && Subscription::read(&ready.secret).is_ok_and(|own| own.endpoint == endpoint)
}

/// Whether a host is one of these, or below one.
pub fn is_push_service(host: &str, services: &[String]) -> bool {
    services
        .iter()
        .any(|service| host.strip_suffix(service.as_str()).is_some_and(|rest| rest.is_empty() || rest.ends_with('.')))
}

#[cfg(test)]
mod tests {
    use super::is_push_service;

    #[test]
    fn a_push_service_is_named_or_below_a_name() {
        let services = ["push.apple.com".to_owned(), "fcm.googleapis.com".to_owned()];
        assert!(is_push_service("web.push.apple.com", &services) && is_push_service("fcm.googleapis.com", &services));
        for other in ["apple.com", "evilpush.apple.com", "push.apple.com.example", ""] {
            assert!(!is_push_service(other, &services), "{other}");
        }
    }
}
