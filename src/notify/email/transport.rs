//! The connection to the mail server that `SMTP_URL` names.

use std::time::Duration;

use lettre::{AsyncSmtpTransport, Tokio1Executor};
use reqwest::Url;

use crate::config::given;
use crate::ops::Ops;

/// For connecting; a whole message is bounded by `notify::send`.
const TIMEOUT: Duration = Duration::from_secs(20);

pub fn transport(ops: &Ops) -> Result<AsyncSmtpTransport<Tokio1Executor>, String> {
    let url = given(&ops.config.smtp_url).ok_or("SMTP_URL is not set: there is no server to send mail by")?;
    check_smtp_url(url)?;
    let builder = AsyncSmtpTransport::<Tokio1Executor>::from_url(url).map_err(|_| "SMTP_URL cannot be read")?;
    Ok(builder.timeout(Some(TIMEOUT)).build())
}

/// Refuses a URL by which a password would travel in the clear: `tls=opportunistic` is no help, since whoever sits between
/// can take STARTTLS out of the greeting (RFC 8314, section 3).
pub fn check_smtp_url(url: &str) -> Result<(), String> {
    let url = Url::parse(url).map_err(|_| "SMTP_URL cannot be read")?;
    let is_secret = !url.username().is_empty() || url.password().is_some();
    let is_encrypted =
        url.scheme() == "smtps" || url.query_pairs().any(|pair| pair == ("tls".into(), "required".into()));
    if is_secret && !is_encrypted && !is_loopback(&url) {
        return Err("SMTP_URL would send its password without TLS: add ?tls=required, or use smtps://".to_owned());
    }
    Ok(())
}

fn is_loopback(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']);
    host == "localhost" || host.parse::<std::net::IpAddr>().is_ok_and(|ip| ip.to_canonical().is_loopback())
}

#[cfg(test)]
mod tests {
    use super::check_smtp_url as check;

    #[test]
    fn a_password_travels_encrypted_or_not_at_all() {
        for url in [
            "smtp://mail.example.com:25",
            "smtp://u:p@localhost:1025",
            "smtp://u:p@127.0.0.1:1025",
            "smtp://u:p@[::1]:1025",
            "smtp://u:p@mail.example.com:587?tls=required",
            "smtps://u:p@mail.example.com",
        ] {
            assert_eq!(check(url), Ok(()), "{url}");
        }
        for url in [
            "smtp://u:p@mail.example.com:587",
            "smtp://u@mail.example.com",
            "smtp://u:p@mail.example.com?tls=opportunistic",
            "smtp://u:p@127.0.0.1.example.com",
            "nonsense",
        ] {
            assert!(check(url).is_err(), "{url}");
        }
    }
}
