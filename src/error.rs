//! Errors of the server: public ones are told, all others are logged once with the request id.

use app::Error as Public;

/// What most of the server's functions return.
pub type Result<T> = std::result::Result<T, Error>;

/// A public error, or anything else.
#[derive(Debug)]
pub enum Error {
    Public(Public),
    Internal(anyhow::Error),
}

impl Error {
    /// What the client is told; an internal error is logged here, at the edge, and only here.
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

/// Whether the database cannot be had just now, which is worth another try.
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
