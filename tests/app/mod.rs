//! `TestApp`: a whole node on its own database, listening on a free port.

mod http;
pub mod people;
mod place;
mod pool;
mod process;
pub mod proxy;
pub mod receivers;
pub mod socket;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use app::backend::Sources;
use app::types::{Actor, NewSource, Role};
use opscenter::clock::Clock;
use opscenter::config::{self, Config};
use opscenter::dashboard::Dashboard;
use opscenter::db::Writer;
use opscenter::node::Node;
use opscenter::ops::Ops;
use tokio::net::TcpListener;

pub use http::{Answer, github_signature, sign};
pub use place::Place;
pub use pool::Pool;
pub use process::{free_port, spawn, spawn_with_files};

/// The secret of every source of the tests.
pub const SECRET: &str = "It's a Secret to Everybody";

/// One node; several may share a [`Place`].
pub struct TestApp {
    pub ops: Arc<Ops>,
    pub dashboard: Dashboard,
    pub url: String,
    pub place: Arc<Place>,
    pub http: reqwest::Client,
    node: Option<Node>,
}

/// Declares tests that run on both pairs of ports.
macro_rules! both {
    ($($(#[$meta:meta])* async fn $name:ident($app:ident: &TestApp) $body:block)+) => {
        $crate::app::on_both! {
            $($(#[$meta])* async fn $name(place: Place) {
                async fn run($app: &TestApp) $body
                let app = TestApp::start(place).await;
                run(&app).await;
                app.stop().await;
            })+
        }
    };
}

/// The same with a place of their own, to be started on as they like.
macro_rules! on_both {
    ($($(#[$meta:meta])* async fn $name:ident($place:ident: Place) $body:block)+) => {
        $(
            $(#[$meta])*
            mod $name {
                use super::*;
                async fn run($place: Place) $body

                #[tokio::test(flavor = "multi_thread")]
                async fn embedded() {
                    run(Place::embedded()).await;
                }

                #[tokio::test(flavor = "multi_thread")]
                #[ignore = "needs PostgreSQL and Redis; cargo xtask test runs it"]
                async fn distributed() {
                    run(Place::distributed().await).await;
                }
            }
        )+
    };
}
pub(crate) use {both, on_both};

impl TestApp {
    /// A node with everything, on the system's clock.
    pub async fn start(place: Place) -> Self {
        Self::start_with(Arc::new(place), config::Role::All, Clock::System, None).await
    }

    /// A node of any role, with any clock and packs of its own.
    pub async fn start_with(place: Arc<Place>, role: config::Role, clock: Clock, packs: Option<PathBuf>) -> Self {
        Self::start_configured(place, role, clock, packs, |_| ()).await
    }

    /// The same with any configuration.
    pub async fn start_configured(
        place: Arc<Place>,
        role: config::Role,
        clock: Clock,
        packs: Option<PathBuf>,
        configure: impl FnOnce(&mut Config),
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let listen = listener.local_addr().unwrap();
        let mut config = place.config(listen);
        config.providers_dir = packs;
        configure(&mut config);
        let ops = Arc::new(Ops::open(config, clock).await.unwrap());
        ops.channels.sync_environment(ops.now()).await.unwrap();
        ops.channels.invalidate();
        let node = Node::start(&ops, role, listener);
        // Answers are looked at as they are, redirects included.
        let http = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
        Self {
            dashboard: Dashboard::new(ops.clone()),
            ops,
            url: format!("http://{listen}"),
            place,
            http,
            node: Some(node),
        }
    }

    /// Stops the node in order; the last one on a place takes the place away.
    pub async fn stop(mut self) {
        self.node.take().unwrap().stop().await;
        if let Some(place) = Arc::into_inner(self.place) {
            place.remove().await;
        }
    }

    /// Who may do everything.
    pub fn admin() -> Actor {
        Actor { name: "test".to_owned(), role: Role::Admin }
    }

    /// Adds a source with [`SECRET`].
    pub async fn source(&self, slug: &str, provider: &str, settings: &[(&str, &str)]) {
        let settings = settings.iter().map(|(key, value)| (key.to_string(), value.to_string())).collect();
        let new = NewSource {
            slug: slug.into(),
            provider: provider.into(),
            secret: Some(SECRET.into()),
            settings,
            name: None,
        };
        self.dashboard.create_source(&Self::admin(), new).await.unwrap();
    }

    /// A bearer token of a role.
    pub async fn token(&self, role: Role) -> String {
        let token = opscenter::crypto::random_token("oct_");
        let mut tx = self.ops.db.begin(Writer::Person).await.unwrap();
        let hash = opscenter::crypto::token_hash(&token);
        tx.insert_token(&token, &hash, role, self.ops.now()).await.unwrap();
        tx.commit().await.unwrap();
        token
    }

    /// Waits until `done` holds, for ten seconds at most.
    pub async fn until<F: Future<Output = bool>>(&self, what: &str, done: impl Fn() -> F) {
        for _ in 0..500 {
            if done().await {
                return;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        panic!("waited in vain: {what}");
    }

    /// What happened to an alert, oldest first.
    pub async fn steps(&self, alert: i64) -> Vec<app::types::Activity> {
        let mut steps = self.ops.db.list_activity(alert, None, 500).await.unwrap();
        steps.reverse();
        steps
    }

    /// Waits until everything can be searched.
    pub async fn indexed(&self) {
        self.until("the indexer", || async { !self.ops.db.search_waits().await.unwrap() }).await;
    }

    /// Waits until nothing is pending or in hand.
    pub async fn settled(&self) {
        self.until("every event to be worked off", || async {
            let open = app::types::List(vec![app::types::EventStatus::Pending, app::types::EventStatus::Processing]);
            let query = app::types::EventQuery { status: open, ..Default::default() };
            self.ops.db.list_events(&query, None, 1).await.unwrap().is_empty()
        })
        .await;
    }
}
