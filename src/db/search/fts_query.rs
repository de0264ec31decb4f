//! What the index is asked: rows that hold, for each word, one that begins with it.

use std::collections::BTreeSet;

use super::Searched;
use crate::db::{Db, Embedded, Result, on};

/// More words than this of one beginning are asked for by that beginning, all their rows at once.
const MOST_TERMS: i64 = 128;

impl Db {
    /// In the index's own language. Words hold letters and digits only, so nothing in them can be meant as an operator.
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

/// The words of SQLite's index that begin with this one, up to one more than are told. Each is sought after the one before:
/// the list of words has an entry for each row.
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
