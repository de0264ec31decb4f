//! The SMTP client for the mail server of `SMTP_URL`.

use std::time::Duration;

use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::extension::ClientId;
use lettre::{AsyncSmtpTransport, Tokio1Executor};
use percent_encoding::percent_decode_str;
use reqwest::Url;

use super::{Outcome, oauth};
use crate::config::given;
use crate::ops::Ops;

/// Timeout of connecting; `notify::send` bounds the whole message.
const TIMEOUT: Duration = Duration::from_secs(20);

/// A client that connects on first use. The error is the outcome if `SMTP_URL` is missing or invalid, or there is no access
/// token.
pub async fn transport(ops: &Ops) -> Result<AsyncSmtpTransport<Tokio1Executor>, Outcome> {
    let url = given(&ops.config.smtp_url);
    let url = url.ok_or_else(|| broken("SMTP_URL is not set: no mail server configured"))?;
    let wants_token = check_smtp_url(url).map_err(Outcome::Broken)?;
    let plain = url.replace("auth=xoauth2&", "").replace("&auth=xoauth2", "").replace("?auth=xoauth2", "");
    let mut builder = AsyncSmtpTransport::<Tokio1Executor>::from_url(&plain).map_err(|_| broken(UNREADABLE))?;
    if wants_token {
        let (user, password) = login(url).ok_or_else(|| broken(UNREADABLE))?;
        let token = oauth::access_token(ops, &password).await?;
        builder = builder.authentication(vec![Mechanism::Xoauth2]).credentials(Credentials::new(user, token));
    }
    Ok(builder.hello_name(ClientId::Domain(hello_name(ops))).timeout(Some(TIMEOUT)).build())
}

fn broken(why: &str) -> Outcome {
    Outcome::Broken(why.to_owned())
}

/// User and password of the URL, decoded.
fn login(url: &str) -> Option<(String, String)> {
    let url = Url::parse(url).ok()?;
    let text = |part: &str| percent_decode_str(part).decode_utf8().ok().map(|text| text.into_owned());
    Some((text(url.username())?, text(url.password()?)?))
}

/// The name for EHLO: `SMTP_HELLO`, else the host of `APP_URL` if it is a domain name, else the host name of the machine.
/// Many servers reject addresses and names without a dot.
fn hello_name(ops: &Ops) -> String {
    let is_name =
        |name: &str| name.parse::<std::net::IpAddr>().is_err() && name.contains('.') && !name.starts_with('[');
    let machine = rustix::system::uname().nodename().to_string_lossy().into_owned();
    let own = given(&ops.config.smtp_hello).map(str::to_owned);
    let named = [ops.config.host(), machine.clone()].into_iter().find(|name| is_name(name));
    own.or(named).unwrap_or(if machine.is_empty() { "localhost".to_owned() } else { machine })
}

const UNREADABLE: &str = "SMTP_URL is invalid: in a username or password # / ? @ : and % must be written as %23 %2F %3F \
     %40 %3A and %25";

/// Rejects a URL with which the password might be sent in plain text. `tls=opportunistic` does not suffice, since an attacker
/// on the path can strip STARTTLS (RFC 8314, section 3). Returns whether the password is an OAuth token (`auth=xoauth2`).
pub fn check_smtp_url(url: &str) -> Result<bool, String> {
    let url = Url::parse(url).map_err(|_| UNREADABLE)?;
    // An unencoded `#` or `/` in the password moves the rest of the URL into its fragment or path.
    if url.fragment().is_some() || !matches!(url.path(), "" | "/") || url.host_str().is_none_or(str::is_empty) {
        return Err(UNREADABLE.to_owned());
    }
    let says = |name: &str, value: &str| url.query_pairs().any(|pair| pair == (name.into(), value.into()));
    let is_secret = !url.username().is_empty() || url.password().is_some();
    let is_encrypted = url.scheme() == "smtps" || says("tls", "required");
    if is_secret && !is_encrypted && !is_loopback(&url) {
        return Err("SMTP_URL would send its password without TLS: add ?tls=required, or use smtps://".to_owned());
    }
    Ok(says("auth", "xoauth2"))
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
            assert_eq!(check(url), Ok(false), "{url}");
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
        assert_eq!(check("smtps://me%40example.com:token@smtp.example.com?auth=xoauth2"), Ok(true));
    }

    #[test]
    fn a_password_that_must_be_encoded_is_told_how() {
        for url in
            ["smtps://u:pa#ss@mail.example.com", "smtps://u:pa/ss@mail.example.com", "smtps://u:1/2@mail.example.com"]
        {
            assert!(check(url).is_err_and(|why| why.contains("%23")), "{url}");
        }
        assert_eq!(check("smtps://u:pa%23%2F%40ss@mail.example.com"), Ok(false));
    }
}
