//! Errors of the server: public ones are returned to the client, all others are logged once with the request id.

use app::Error as Public;

/// Result of most functions of the server.
pub type Result<T> = std::result::Result<T, Error>;

/// A public error, or an internal one.
#[derive(Debug)]
pub enum Error {
    /// Returned to the client as it is.
    Public(Public),
    /// Logged. The client gets the request id, or 503 if the database is unavailable.
    Internal(anyhow::Error),
}

impl Error {
    /// The error for the client. Internal errors are logged here and nowhere else.
    pub fn to_public(self, request_id: &str) -> Public {
        match self {
            Self::Public(error) => error,
            Self::Internal(error) => {
                tracing::error!(request_id, "internal error: {error:#}");
                if is_away(&error) {
                    Public::Unavailable
                } else {
                    Public::Internal { request_id: request_id.to_owned() }
                }
            }
        }
    }
}

/// Whether the database is temporarily unavailable, so that a retry makes sense.
pub fn is_away(error: &anyhow::Error) -> bool {
    error.chain().find_map(|cause| cause.downcast_ref::<sqlx::Error>()).is_some_and(crate::db::is_unavailable)
}

impl From<Public> for Error {
    fn from(error: Public) -> Self {
        Self::Public(error)
    }
}

impl From<anyhow::Error> for Error {
    fn from(error: anyhow::Error) -> Self {
        Self::Internal(error)
    }
}

impl From<sqlx::Error> for Error {
    fn from(error: sqlx::Error) -> Self {
        Self::Internal(error.into())
    }
}
