//! Bodies as they are stored: as received, or compressed by LZ4, which halves what a write costs and shrinks the database.

use std::ops::Deref;

use bytes::Bytes;

use crate::db::Result;

/// Sizes in bytes between which a body is compressed. A smaller one gains nothing. Of a larger one the search index reads only the
/// beginning, and compressing it would delay other requests.
const SMALLEST: usize = 512;
const LARGEST: usize = 256 * 1024;

/// Values of `webhook_payloads.encoding`.
const RAW: &str = "";
const LZ4: &str = "lz4";

/// The body of a delivery, as received and as it will be stored.
#[derive(Clone, Debug)]
pub struct Body {
    received: Bytes,
    compressed: Option<Vec<u8>>,
}

/// A body as stored.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct StoredBody {
    /// The bytes, in this encoding.
    pub payload: Vec<u8>,
    /// `lz4` for an LZ4 block behind its size (`lz4_flex::compress_prepend_size`); empty for the bytes as received.
    pub encoding: String,
}

impl Body {
    /// The body as received.
    pub const fn bytes(&self) -> &Bytes {
        &self.received
    }

    /// The bytes to store, and their encoding.
    pub fn stored(&self) -> (&[u8], &'static str) {
        self.compressed.as_deref().map_or((&self.received, RAW), |compressed| (compressed, LZ4))
    }
}

impl From<Bytes> for Body {
    fn from(received: Bytes) -> Self {
        let is_tried = (SMALLEST..=LARGEST).contains(&received.len());
        let compressed = is_tried.then(|| lz4_flex::compress_prepend_size(&received));
        Self { compressed: compressed.filter(|compressed| compressed.len() < received.len()), received }
    }
}

impl Deref for Body {
    type Target = Bytes;

    fn deref(&self) -> &Bytes {
        &self.received
    }
}

impl StoredBody {
    /// The body as received.
    ///
    /// # Errors
    /// The stored bytes are damaged, or were written by a later version.
    pub fn received(self) -> Result<Vec<u8>> {
        match self.encoding.as_str() {
            RAW => Ok(self.payload),
            LZ4 => {
                lz4_flex::decompress_size_prepended(&self.payload).map_err(|error| sqlx::Error::Decode(error.into()))
            }
            other => Err(sqlx::Error::Decode(format!("unknown encoding of a body: {other}").into())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn encoding_of(body: Vec<u8>) -> &'static str {
        let body = Body::from(Bytes::from(body));
        let (payload, encoding) = body.stored();
        let stored = StoredBody { payload: payload.to_vec(), encoding: encoding.to_owned() };
        assert_eq!(stored.received().unwrap(), body.bytes().as_ref());
        encoding
    }

    #[test]
    fn a_body_is_read_as_it_was_received() {
        let mut random = vec![0; 10_000];
        rand::fill(&mut random[..]);
        let sizes = [0, SMALLEST - 1, SMALLEST, LARGEST, LARGEST + 1].map(|size| encoding_of(vec![b' '; size]));
        assert_eq!(sizes, [RAW, RAW, LZ4, LZ4, RAW]);
        assert_eq!(encoding_of(random), RAW, "it does not get smaller");
    }

    #[test]
    fn damage_is_an_error() {
        for (payload, encoding) in [(&b"\xff\xff\xff\x00x"[..], LZ4), (b"", LZ4), (b"x", "zstd")] {
            let stored = StoredBody { payload: payload.to_vec(), encoding: encoding.to_owned() };
            assert!(stored.received().is_err(), "{payload:?}");
        }
    }
}
