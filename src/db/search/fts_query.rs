//! Builds the full-text query: rows must contain, for every search term, a word that starts with it.

use std::collections::BTreeSet;

use super::Searched;
use crate::db::{Db, Embedded, Result, on};

/// Up to this many indexed words of a prefix are queried individually; more of them by the prefix itself.
const MOST_TERMS: i64 = 128;

impl Db {
    /// The query in the syntax of FTS5 or `tsquery`. Words consist of letters and digits only, so that no escaping is needed.
    ///
    /// FTS5 evaluates a prefix query by merging all rows of all matching words first, whereas it reads the rows of a
    /// single word only as far as the limit requires.
    pub(super) async fn fts_query(&self, kind: Searched, words: &BTreeSet<String>) -> Result<String> {
        let embedded = match self {
            Self::Postgres(_) => return Ok(joined(words.iter().map(|word| format!("'{word}':*")), " & ")),
            Self::Sqlite(embedded) => embedded,
        };
        let mut asked = Vec::new();
        for word in words {
            let terms = terms(embedded, kind, word).await?;
            let quoted = terms.iter().map(|term| format!("\"{term}\""));
            let is_told = (1..=MOST_TERMS).contains(&(terms.len() as i64));
            asked.push(if is_told { format!("({})", joined(quoted, " OR ")) } else { format!("\"{word}\"*") });
        }
        Ok(asked.join(" AND "))
    }
}

fn joined(parts: impl Iterator<Item = String>, by: &str) -> String {
    parts.collect::<Vec<_>>().join(by)
}

/// Words in SQLite's index that start with this one, at most one more than are queried individually. Each is looked up as the
/// successor of the previous one, since `fts5vocab` lists a word once per row.
async fn terms(embedded: &Embedded, kind: Searched, word: &str) -> Result<Vec<String>> {
    let sql = match kind {
        Searched::Alert => {
            "with recursive found (term) as (select (select term from alerts_text_terms where term >= $1 limit 1) \
             union all select (select term from alerts_text_terms where term >= found.term || char(1) limit 1) \
             from found where found.term < $2 limit $3) select term from found where term < $2"
        }
        Searched::Event => {
            "with recursive found (term) as (select (select term from events_text_terms where term >= $1 limit 1) \
             union all select (select term from events_text_terms where term >= found.term || char(1) limit 1) \
             from found where found.term < $2 limit $3) select term from found where term < $2"
        }
    };
    let end = format!("{word}{}", char::MAX);
    on!(checkout &embedded.readers, conn => {
        sqlx::query_scalar(sql).bind(word).bind(&end).bind(MOST_TERMS + 1).fetch_all(conn).await
    })
}
