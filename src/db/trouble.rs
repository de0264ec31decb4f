//! Classifies database errors.
use std::io::ErrorKind;

/// Whether the database is unavailable (connection, storage, timeout), as opposed to rejecting a statement.
pub fn is_unavailable(error: &sqlx::Error) -> bool {
    use sqlx::Error::{BeginFailed, Database, Io, PoolClosed, PoolTimedOut, Protocol, Tls, WorkerCrashed};
    match error {
        Io(_) | Tls(_) | Protocol(_) | PoolTimedOut | PoolClosed | WorkerCrashed | BeginFailed => true,
        Database(error) => error.code().is_some_and(|code| is_trouble(&code)),
        _ => false,
    }
}

/// An SQLSTATE has five characters; SQLite's extended result codes are numbers below 10,000.
fn is_trouble(code: &str) -> bool {
    match code.len() {
        5 => code == "25006" || CLASSES.iter().any(|class| code.starts_with(class)),
        _ => code.parse().is_ok_and(|code: i32| SQLITE.contains(&(code & 0xff))),
    }
}

/// SQLSTATE classes (PostgreSQL documentation, appendix A): connection exception, insufficient resources, operator
/// intervention, system error, internal error; while connecting, invalid authorization and unknown database. 25006
/// (`read_only_sql_transaction`) means that the server became read-only.
const CLASSES: [&str; 7] = ["08", "53", "57", "58", "XX", "28", "3D"];

/// SQLite's primary result codes PERM, BUSY, LOCKED, NOMEM, READONLY, IOERR, CORRUPT, FULL, CANTOPEN, PROTOCOL, NOTADB.
const SQLITE: [i32; 11] = [3, 5, 6, 7, 8, 10, 11, 13, 14, 15, 26];

/// Whether only this connection is broken, so that a retry on another one may succeed. Timeouts do not count.
pub fn is_broken(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Io(error) => error.kind() != ErrorKind::TimedOut,
        sqlx::Error::WorkerCrashed => true,
        sqlx::Error::Database(error) => {
            error.code().is_some_and(|code| code.starts_with("57P") || (code.len() == 5 && code.starts_with("08")))
        }
        _ => false,
    }
}

/// Whether the statement failed because of a deadlock (SQLSTATE 40P01).
pub fn is_deadlock(error: &sqlx::Error) -> bool {
    error.as_database_error().and_then(|e| e.code()).is_some_and(|code| code == "40P01")
}

#[cfg(test)]
mod tests {
    use super::is_trouble;

    #[test]
    fn trouble_is_told_from_what_was_asked() {
        for code in
            ["5", "517", "778", "13", "14", "8", "1032", "08006", "53100", "57P01", "57014", "58030", "XX001", "25006"]
        {
            assert!(is_trouble(code), "{code}");
        }
        for code in ["1", "19", "2067", "787", "23505", "40P01", "40001", "22021", "25P02", "42P01"] {
            assert!(!is_trouble(code), "{code}");
        }
    }
}
