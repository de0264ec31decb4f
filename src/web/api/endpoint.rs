//! An endpoint of the REST API: its handler and what the OpenAPI document says about it, in one place.

use app::types::Role;
use axum::Router;
use axum::handler::Handler;
use axum::routing::{MethodFilter, MethodRouter, on};
use schemars::{JsonSchema, Schema, SchemaGenerator};

use crate::web::Web;

/// Generates the schema of a type and of the types it refers to.
pub type Shape = fn(&mut SchemaGenerator) -> Schema;

/// One method of one path.
#[derive(Clone, Debug)]
pub struct Endpoint {
    /// In lower case.
    pub method: &'static str,
    /// Path below `/api/v1`.
    pub path: &'static str,
    /// The minimum role.
    pub role: Role,
    /// One line.
    pub summary: &'static str,
    /// Names of the query parameters.
    pub filters: &'static [&'static str],
    /// A valid example body in JSON; empty if the endpoint has no body.
    pub body: &'static str,
    /// Schema of the body.
    pub takes: Option<Shape>,
    /// Schema of the response; `None` if it has no body or is binary.
    pub gives: Option<Shape>,
    handler: MethodRouter<Web>,
}

impl Endpoint {
    fn new<H, T>(method: &'static str, path: &'static str, role: Role, summary: &'static str, handler: H) -> Self
    where
        H: Handler<T, Web>,
        T: 'static,
    {
        let filter = match method {
            "get" => MethodFilter::GET,
            "put" => MethodFilter::PUT,
            "patch" => MethodFilter::PATCH,
            "delete" => MethodFilter::DELETE,
            _ => MethodFilter::POST,
        };
        Self {
            method,
            path,
            role,
            summary,
            filters: &[],
            body: "",
            takes: None,
            gives: None,
            handler: on(filter, handler),
        }
    }

    /// The query parameters, besides those of every list.
    pub fn filters(self, filters: &'static [&'static str]) -> Self {
        Self { filters, ..self }
    }

    /// The type of the body, and an example.
    pub fn takes<T: JsonSchema>(self, body: &'static str) -> Self {
        Self { body, takes: Some(shape::<T>), ..self }
    }

    /// The type of the response.
    pub fn gives<T: JsonSchema>(self) -> Self {
        Self { gives: Some(shape::<T>), ..self }
    }
}

fn shape<T: JsonSchema>(generator: &mut SchemaGenerator) -> Schema {
    generator.subschema_for::<T>()
}

macro_rules! methods {
    ($($name:ident)*) => {$(
        /// An endpoint of this method.
        pub fn $name<H, T>(path: &'static str, role: Role, summary: &'static str, handler: H) -> Endpoint
        where
            H: Handler<T, Web>,
            T: 'static,
        {
            Endpoint::new(stringify!($name), path, role, summary, handler)
        }
    )*};
}

methods! { get post put patch delete }

/// The routes of these endpoints.
pub fn routes(endpoints: Vec<Endpoint>) -> Router<Web> {
    endpoints.into_iter().fold(Router::new(), |router, endpoint| router.route(endpoint.path, endpoint.handler))
}
