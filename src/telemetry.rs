//! Logs to stderr, filtered by `RUST_LOG`, or else by `APP_ENV` and `APP_DEBUG`.

use std::io::IsTerminal;

use tracing_subscriber::EnvFilter;

/// Filters used without `RUST_LOG`. sqlx logs only migrations and slow statements at this level.
const DEFAULT: &str = "info,sqlx=warn";
const DEBUG: &str = "debug,sqlx=warn,hyper=info,hyper_util=info,rustls=info,h2=info,reqwest=info";

/// Initializes logging; further calls in the same process have no effect.
pub fn init(lookup: impl Fn(&str) -> Option<String>) {
    let (filter, is_detailed) = wanted(lookup);
    let _already_set = tracing_subscriber::fmt()
        .with_env_filter(EnvFilter::try_new(&filter).unwrap_or_else(|_| EnvFilter::new(DEFAULT)))
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal())
        .with_target(is_detailed)
        .with_line_number(is_detailed)
        .try_init();
}

/// The filter, and whether each line names its module.
fn wanted(lookup: impl Fn(&str) -> Option<String>) -> (String, bool) {
    let is_debug = lookup("APP_DEBUG").is_some_and(|word| word == "true" || word == "1");
    let is_local = lookup("APP_ENV").is_some_and(|word| word == "local");
    let usual = if is_debug { DEBUG } else { DEFAULT };
    let filter = lookup("RUST_LOG").filter(|filter| !filter.is_empty()).unwrap_or_else(|| usual.to_owned());
    (filter, is_debug || is_local)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ours_counts_before_the_specifications() {
        let said = |pairs: &'static [(&str, &str)]| {
            wanted(move |name| pairs.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned()))
        };
        assert_eq!(said(&[]), (DEFAULT.to_owned(), false));
        assert_eq!(said(&[("APP_ENV", "production"), ("APP_DEBUG", "false")]), (DEFAULT.to_owned(), false));
        assert_eq!(said(&[("APP_ENV", "local"), ("APP_DEBUG", "true")]), (DEBUG.to_owned(), true));
        assert_eq!(said(&[("APP_DEBUG", "true"), ("RUST_LOG", "warn")]), ("warn".to_owned(), true));
    }
}
