//! Maps the Laravel-style variable names of the specification to our own: `DB_CONNECTION` and related ones become a
//! `DATABASE_URL`.

use std::net::Ipv6Addr;

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

/// One of our variables, derived from Laravel-style ones.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Alias {
    /// Our variable, such as `DATABASE_URL`.
    pub ours: &'static str,
    /// The Laravel variable that decides, such as `DB_CONNECTION`.
    pub theirs: &'static str,
    /// The derived value, or an error. The error text contains no configured value except words from a closed list.
    pub value: Result<String, String>,
}

type Lookup<'l> = &'l dyn Fn(&str) -> Option<String>;

/// Every alias that `lookup` finds. As in Laravel, an empty value and `null` count as unset.
pub fn read(lookup: impl Fn(&str) -> Option<String>) -> Vec<Alias> {
    let lookup = |name: &str| lookup(name).filter(|value| !["", "null", "(null)"].contains(&value.as_str()));
    let alias =
        |ours, theirs, value: Result<Option<String>, String>| Some(Alias { ours, theirs, value: value.transpose()? });
    let all = [
        alias("DATABASE_URL", "DB_CONNECTION", database(&lookup)),
        alias("REDIS_URL", redis_name(&lookup), redis(&lookup)),
        alias("SMTP_URL", "MAIL_MAILER", mail(&lookup)),
        alias("MAIL_FROM", "MAIL_FROM_ADDRESS", Ok(sender(&lookup))),
    ];
    all.into_iter().flatten().collect()
}

fn database(lookup: Lookup<'_>) -> Result<Option<String>, String> {
    match lookup("DB_CONNECTION").as_deref() {
        None => Ok(None),
        Some("sqlite") => Ok(lookup("DB_DATABASE").map(|path| format!("sqlite://{path}"))),
        Some("pgsql") => postgres(lookup).map(Some),
        Some(kind @ ("mysql" | "mariadb")) => {
            Err(format!("DB_CONNECTION={kind} is not supported yet: use pgsql or sqlite"))
        }
        Some(_) => Err("DB_CONNECTION must be pgsql or sqlite".to_owned()),
    }
}

fn postgres(lookup: Lookup<'_>) -> Result<String, String> {
    let place = place(lookup, ("DB_HOST", "127.0.0.1"), ("DB_PORT", 5432))?;
    let database = lookup("DB_DATABASE").map(|name| encoded(&name)).unwrap_or_default();
    Ok(format!("postgres://{}{place}/{database}", login(lookup, "DB_USERNAME", "DB_PASSWORD")))
}

/// The variable that enables Redis: QUEUE_CONNECTION, or else REDIS_HOST alone.
fn redis_name(lookup: Lookup<'_>) -> &'static str {
    if lookup("QUEUE_CONNECTION").is_some() { "QUEUE_CONNECTION" } else { "REDIS_HOST" }
}

fn redis(lookup: Lookup<'_>) -> Result<Option<String>, String> {
    match lookup("QUEUE_CONNECTION").as_deref() {
        Some("redis") => {}
        None if lookup("REDIS_HOST").is_some() => {}
        None | Some("sync" | "database" | "deferred" | "background") => return Ok(None),
        Some(_) => return Err("QUEUE_CONNECTION must be redis or sync".to_owned()),
    }
    let place = place(lookup, ("REDIS_HOST", "127.0.0.1"), ("REDIS_PORT", 6379))?;
    Ok(Some(format!("redis://{}{place}", login(lookup, "REDIS_USERNAME", "REDIS_PASSWORD"))))
}

fn mail(lookup: Lookup<'_>) -> Result<Option<String>, String> {
    match lookup("MAIL_MAILER").as_deref() {
        Some("smtp") => {}
        None if lookup("MAIL_HOST").is_some() => {}
        None | Some("log" | "array") => return Ok(None),
        Some(_) => return Err("MAIL_MAILER must be smtp".to_owned()),
    }
    let place = place(lookup, ("MAIL_HOST", "127.0.0.1"), ("MAIL_PORT", 2525))?;
    let (scheme, tls) = security(lookup, &place)?;
    Ok(Some(format!("{scheme}://{}{place}{tls}", login(lookup, "MAIL_USERNAME", "MAIL_PASSWORD"))))
}

/// TLS mode according to MAIL_ENCRYPTION. If unset, a password is sent only over TLS, except to this machine.
fn security(lookup: Lookup<'_>, place: &str) -> Result<(&'static str, &'static str), String> {
    let is_here = place.starts_with("127.") || place.starts_with("localhost:") || place.starts_with("[::1]");
    match lookup("MAIL_ENCRYPTION").as_deref() {
        Some("ssl" | "smtps") => Ok(("smtps", "")),
        None if place.ends_with(":465") => Ok(("smtps", "")),
        Some("tls" | "starttls") => Ok(("smtp", "?tls=required")),
        None if is_here => Ok(("smtp", "")),
        None if lookup("MAIL_PASSWORD").is_some() => Ok(("smtp", "?tls=required")),
        None => Ok(("smtp", "?tls=opportunistic")),
        Some(_) => Err("MAIL_ENCRYPTION must be tls or ssl".to_owned()),
    }
}

/// `"Name" <address>`, or the address alone.
fn sender(lookup: Lookup<'_>) -> Option<String> {
    let address = lookup("MAIL_FROM_ADDRESS")?;
    let quoted = |name: String| format!("\"{}\" <{address}>", name.replace('\\', "\\\\").replace('"', "\\\""));
    Some(lookup("MAIL_FROM_NAME").map_or_else(|| address.clone(), quoted))
}

/// `user:password@`, percent-encoded for a URL.
fn login(lookup: Lookup<'_>, user: &str, password: &str) -> String {
    match (lookup(user), lookup(password)) {
        (None, None) => String::new(),
        (user, None) => format!("{}@", encoded(&user.unwrap_or_default())),
        (user, Some(password)) => format!("{}:{}@", encoded(&user.unwrap_or_default()), encoded(&password)),
    }
}

/// `host:port`, with IPv6 addresses in brackets and the path of a Unix socket percent-encoded.
fn place(lookup: Lookup<'_>, (host, home): (&str, &str), (port, usual): (&str, u16)) -> Result<String, String> {
    let name = lookup(host).unwrap_or_else(|| home.to_owned());
    let fits = |c: char| c.is_ascii_alphanumeric() || "-._".contains(c);
    let written = match name.parse::<Ipv6Addr>() {
        Ok(ip) => format!("[{ip}]"),
        Err(_) if name.starts_with('/') => encoded(&name),
        Err(_) if name.chars().all(fits) => name,
        Err(_) => return Err(format!("{host} is not a valid host")),
    };
    let number: u16 =
        lookup(port).map_or(Ok(usual), |text| text.parse().map_err(|_| format!("{port} is not a valid port")))?;
    Ok(format!("{written}:{number}"))
}

fn encoded(text: &str) -> String {
    utf8_percent_encode(text, NON_ALPHANUMERIC).to_string()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use percent_encoding::percent_decode_str;
    use reqwest::Url;

    use super::*;

    fn said(pairs: &[(&str, &str)]) -> BTreeMap<&'static str, Result<String, String>> {
        let map: BTreeMap<&str, &str> = pairs.iter().copied().collect();
        read(|name| map.get(name).map(|value| (*value).to_owned())).into_iter().map(|a| (a.ours, a.value)).collect()
    }

    #[test]
    fn a_database_is_put_together_whatever_its_password() {
        let password = "p:/?#[]@!%41 +\"'é";
        let pairs = [
            ("DB_CONNECTION", "pgsql"),
            ("DB_HOST", "db"),
            ("DB_PORT", "6000"),
            ("DB_DATABASE", "ops/1"),
            ("DB_USERNAME", "a@b"),
            ("DB_PASSWORD", password),
        ];
        let url = Url::parse(said(&pairs)["DATABASE_URL"].as_ref().unwrap()).unwrap();
        assert_eq!(percent_decode_str(url.password().unwrap()).decode_utf8().unwrap(), password);
        assert_eq!((url.host_str(), url.port(), url.path()), (Some("db"), Some(6000), "/ops%2F1"));
        let sqlite = said(&[("DB_CONNECTION", "sqlite"), ("DB_DATABASE", "data/o.db")]);
        assert_eq!(sqlite["DATABASE_URL"], Ok("sqlite://data/o.db".to_owned()));
        assert!(said(&[("DB_HOST", "db"), ("DB_PASSWORD", "x")]).is_empty(), "a host alone says nothing");
    }

    #[test]
    fn mysql_is_to_come() {
        let said = said(&[("DB_CONNECTION", "mysql"), ("DB_PASSWORD", "hush")]);
        assert!(said["DATABASE_URL"].as_ref().unwrap_err().contains("not supported yet"));
    }

    #[test]
    fn a_redis_password_that_is_null_is_none() {
        let url = |pairs: &[(&str, &str)]| said(pairs).get("REDIS_URL").cloned();
        let given = [("REDIS_HOST", "127.0.0.1"), ("REDIS_PASSWORD", "null"), ("REDIS_PORT", "6379")];
        assert_eq!(url(&given), Some(Ok("redis://127.0.0.1:6379".to_owned())));
        let given = [("QUEUE_CONNECTION", "redis"), ("REDIS_PASSWORD", "p@ss")];
        assert_eq!(url(&given), Some(Ok("redis://:p%40ss@127.0.0.1:6379".to_owned())));
        assert_eq!(url(&[("QUEUE_CONNECTION", "sync"), ("REDIS_HOST", "127.0.0.1")]), None);
        assert!(url(&[("REDIS_HOST", "r"), ("REDIS_PORT", "tcp://10.0.0.1:6379")]).unwrap().is_err());
    }

    #[test]
    fn mail_asks_for_no_password_in_the_clear() {
        let url = |pairs: &[(&str, &str)]| said(pairs)["SMTP_URL"].clone();
        let own = [
            ("MAIL_MAILER", "smtp"),
            ("MAIL_HOST", "smtp.mailtrap.io"),
            ("MAIL_PORT", "2525"),
            ("MAIL_USERNAME", "your_username"),
            ("MAIL_PASSWORD", "your_password"),
            ("MAIL_ENCRYPTION", "tls"),
        ];
        assert_eq!(
            url(&own),
            Ok("smtp://your%5Fusername:your%5Fpassword@smtp.mailtrap.io:2525?tls=required".to_owned())
        );
        assert_eq!(url(&own[..5]), url(&own), "unsaid, TLS all the same");
        assert_eq!(url(&[("MAIL_HOST", "m"), ("MAIL_PORT", "465")]), Ok("smtps://m:465".to_owned()));
        assert_eq!(url(&[("MAIL_HOST", "127.0.0.1")]), Ok("smtp://127.0.0.1:2525".to_owned()));
        let from = said(&[("MAIL_FROM_ADDRESS", "ops@example.com"), ("MAIL_FROM_NAME", "Ops \"A\"")]);
        assert_eq!(from["MAIL_FROM"], Ok("\"Ops \\\"A\\\"\" <ops@example.com>".to_owned()));
    }
}
