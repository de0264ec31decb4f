//! The response of a server function, kept as the JSON text that was received.

use std::sync::Arc;

use leptos::server::codee::{Decoder, Encoder};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::read::Unreadable;
use crate::{Error, read};

/// JSON of the function's output, or its error.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer(pub Result<Arc<str>, Error>);

impl Answer {
    /// Serializes the output of a server function.
    pub fn of<T: Serialize>(output: Result<T, Error>) -> Self {
        let text = |output: T| serde_json::to_string(&output).map(Arc::from);
        Self(output.and_then(|output| text(output).map_err(|error| Error::BadRequest(error.to_string()))))
    }

    /// Deserializes the output; `BadRequest` if it is not a `T`, as after an update of the server.
    pub fn read<T: DeserializeOwned>(&self) -> Result<T, Error> {
        let text = self.0.as_ref().map_err(Error::clone)?;
        read::text(text).map_err(|error| Error::BadRequest(error.to_string()))
    }
}

/// How a response is serialized into the page for hydration: `+` and the JSON text unchanged, or `-` and the error as JSON.
pub struct Verbatim;

impl Encoder<Answer> for Verbatim {
    type Error = serde_json::Error;
    type Encoded = String;

    fn encode(Answer(answer): &Answer) -> Result<String, Self::Error> {
        match answer {
            Ok(text) => Ok(format!("+{text}")),
            Err(error) => serde_json::to_string(error).map(|error| format!("-{error}")),
        }
    }
}

impl Decoder<Answer> for Verbatim {
    type Error = Unreadable;
    type Encoded = str;

    fn decode(text: &str) -> Result<Answer, Self::Error> {
        match text.strip_prefix('+') {
            Some(text) => Ok(Answer(Ok(text.into()))),
            None => Ok(Answer(Err(read::text(text.trim_start_matches('-'))?))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn there_and_back(answer: &Answer) -> Option<Answer> {
        Verbatim::decode(&Verbatim::encode(answer).ok()?).ok()
    }

    #[test]
    fn an_answer_travels_as_the_text_it_is() {
        let answer = Answer::of(Ok(vec!["-1", "+2"]));
        assert_eq!(Verbatim::encode(&answer).ok().as_deref(), Some(r#"+["-1","+2"]"#));
        assert_eq!(there_and_back(&answer), Some(answer.clone()));
        assert_eq!(answer.read::<Vec<String>>(), Ok(vec!["-1".to_owned(), "+2".to_owned()]));
    }

    #[test]
    fn a_refusal_travels_too() {
        let answer = Answer::of::<()>(Err(Error::not_found("alert")));
        assert_eq!(there_and_back(&answer), Some(answer.clone()));
        assert_eq!(answer.read::<()>(), Err(Error::not_found("alert")));
    }

    #[test]
    fn what_is_none_of_a_type_is_an_error_and_not_a_panic() {
        assert!(matches!(Answer::of(Ok("text")).read::<i64>(), Err(Error::BadRequest(_))));
        assert!(Verbatim::decode("").is_err());
    }
}
