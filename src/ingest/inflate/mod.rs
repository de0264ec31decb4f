//! Compressed bodies, of providers whose pack takes them: verified as they were sent, stored inflated.

mod room;

use std::io::Read;

use axum::body::Bytes;
use axum::http::{HeaderMap, header};
use flate2::bufread::{GzDecoder, ZlibDecoder};

use super::RejectReason;
use crate::provider::clean_line;
use room::Room;

/// A content coding (RFC 9110, section 8.4.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Coding {
    Identity,
    Gzip,
    /// The zlib format.
    Deflate,
}

impl Coding {
    /// Of a request; [`RejectReason::Encoded`] for any other than `identity`, or a pack that takes none.
    pub fn of(headers: &HeaderMap, takes_compressed: bool) -> Result<Self, RejectReason> {
        let name =
            headers.get(header::CONTENT_ENCODING).map_or("", |value| value.to_str().unwrap_or("something unreadable"));
        match name.trim().to_ascii_lowercase().as_str() {
            // `utf-8` is a charset in the wrong header, as some HTTP clients send it.
            "" | "identity" | "utf-8" | "utf8" => Ok(Self::Identity),
            "gzip" | "x-gzip" if takes_compressed => Ok(Self::Gzip),
            "deflate" if takes_compressed => Ok(Self::Deflate),
            _ => Err(RejectReason::Encoded(clean_line(name, 64))),
        }
    }

    /// The body inflated, at most `limit` bytes.
    pub async fn inflate(self, body: &Bytes, limit: u64) -> Result<Bytes, RejectReason> {
        if self == Self::Identity || body.is_empty() {
            return Ok(body.clone());
        }
        let (room, sent) = (Room::take(limit).await?, body.clone());
        // The room goes with the work, which goes on if the client has left.
        let work = move || (self.read(&sent, limit), room);
        let (read, room) = tokio::task::spawn_blocking(work).await.map_err(|_| damaged("inflating panicked"))?;
        let bytes = read.map_err(damaged)?;
        if bytes.len() as u64 > limit { Err(RejectReason::TooLarge(limit)) } else { Ok(room.hold(bytes)) }
    }

    /// One byte more than `limit` if there is more. What follows the compressed data is refused: thousands of empty members
    /// of gzip would take long and inflate to nothing.
    fn read(self, sent: &[u8], limit: u64) -> std::io::Result<Vec<u8>> {
        let (inflated, rest) = match self {
            Self::Identity => (sent.to_vec(), &[][..]),
            Self::Gzip => drain(GzDecoder::new(sent), limit, GzDecoder::into_inner)?,
            Self::Deflate => drain(ZlibDecoder::new(sent), limit, ZlibDecoder::into_inner)?,
        };
        if inflated.len() as u64 <= limit && !rest.is_empty() {
            return Err(std::io::Error::other("there is more after the compressed data"));
        }
        Ok(inflated)
    }
}

/// What a decoder gives, and what it left of its input.
fn drain<D: Read, R>(mut decoder: D, limit: u64, rest: impl FnOnce(D) -> R) -> std::io::Result<(Vec<u8>, R)> {
    let mut inflated = Vec::new();
    decoder.by_ref().take(limit + 1).read_to_end(&mut inflated)?;
    inflated.shrink_to_fit();
    Ok((inflated, rest(decoder)))
}

fn damaged(why: impl std::fmt::Display) -> RejectReason {
    RejectReason::Damaged(clean_line(&why.to_string(), 64))
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use axum::http::HeaderValue;
    use flate2::Compression;
    use flate2::write::{GzEncoder, ZlibEncoder};

    use super::*;

    fn gzip(text: &[u8]) -> Bytes {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(text).unwrap();
        encoder.finish().unwrap().into()
    }

    #[tokio::test]
    async fn what_was_compressed_is_read() {
        let mut zlib = ZlibEncoder::new(Vec::new(), Compression::fast());
        zlib.write_all(b"{\"a\":1}").unwrap();
        let zlib = Bytes::from(zlib.finish().unwrap());
        assert_eq!(Coding::Gzip.inflate(&gzip(b"{\"a\":1}"), 7).await.unwrap(), "{\"a\":1}");
        assert_eq!(Coding::Deflate.inflate(&zlib, 7).await.unwrap(), "{\"a\":1}");
    }

    #[tokio::test]
    async fn a_bomb_is_refused_at_the_limit_and_damage_is_told() {
        let bomb = gzip(&vec![0; 64 << 20]);
        assert!(bomb.len() < 100_000);
        assert_eq!(Coding::Gzip.inflate(&bomb, 1_000).await, Err(RejectReason::TooLarge(1_000)));
        let cut = gzip(b"some text").slice(..15);
        assert!(matches!(Coding::Gzip.inflate(&cut, 1_000).await, Err(RejectReason::Damaged(_))));
        let members = Bytes::from([gzip(b""), gzip(b"{}")].concat());
        assert!(matches!(Coding::Gzip.inflate(&members, 1_000).await, Err(RejectReason::Damaged(_))));
        assert_eq!(Coding::Gzip.inflate(&Bytes::new(), 1_000).await.unwrap(), "");
    }

    #[test]
    fn only_packs_that_take_them_get_compressed_bodies() {
        let of = |name: &'static str, takes| {
            Coding::of(&HeaderMap::from_iter([(header::CONTENT_ENCODING, HeaderValue::from_static(name))]), takes)
        };
        assert_eq!(of("GZIP", true), Ok(Coding::Gzip));
        assert_eq!(of("deflate", true), Ok(Coding::Deflate));
        assert_eq!(of("UTF-8", false), Ok(Coding::Identity));
        for (name, takes) in [("gzip", false), ("br", true), ("gzip, gzip", true)] {
            assert_eq!(of(name, takes), Err(RejectReason::Encoded(name.to_owned())));
        }
    }
}
