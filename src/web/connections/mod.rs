//! Open connections: their limit, their state, and eviction at the limit.
//!
//! `stream` and `body` report what a `connection` is doing; `eviction` selects which to close.

mod body;
mod connection;
mod eviction;
mod stream;

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

pub use body::Tracked;
pub use connection::{Connection, Phase};
pub use stream::Stream;

use eviction::{Seen, choose_victims};

/// All open connections.
#[derive(Clone, Debug)]
pub struct Connections {
    /// Maximum number of connections.
    most: usize,
    open: Arc<Mutex<Open>>,
}

#[derive(Debug, Default)]
struct Open {
    last_id: u64,
    by_id: HashMap<u64, Arc<Connection>>,
    /// Number of connections from each peer network.
    at_home: HashMap<IpAddr, usize>,
}

/// Slot of a connection, released on drop.
#[derive(Debug)]
pub struct Slot {
    id: u64,
    pub connection: Arc<Connection>,
    all: Connections,
}

impl Connections {
    pub fn new(most: usize) -> Self {
        Self { most, open: Arc::default() }
    }

    /// A slot for a new connection, evicting others if necessary; `None` if only the new one can be rejected. `home` is
    /// `None` for a trusted proxy. From half of the limit on, a network that holds an eighth of it must evict its own
    /// connections.
    pub fn admit(&self, home: Option<IpAddr>) -> Option<Slot> {
        let mut open = self.lock();
        let own = home.and_then(|home| open.at_home.get(&home)).copied().unwrap_or_default();
        let is_greedy = open.by_id.len() >= self.most / 2 && own >= self.most / 8;
        if is_greedy || open.by_id.len() >= self.most {
            let out = open.close_some(self.most.div_ceil(64), |network| !is_greedy || network == home);
            if out == 0 {
                return None;
            }
        }
        Some(Slot { id: open.insert(home), connection: open.newest()?, all: self.clone() })
    }

    /// Closes some connections when the system has run out of file descriptors.
    pub fn make_room(&self) {
        self.lock().close_some(self.most.div_ceil(64), |_| true);
    }

    fn lock(&self) -> MutexGuard<'_, Open> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Open {
    fn insert(&mut self, home: Option<IpAddr>) -> u64 {
        self.last_id += 1;
        self.by_id.insert(self.last_id, Arc::new(Connection::new(home)));
        if let Some(home) = home {
            *self.at_home.entry(home).or_default() += 1;
        }
        self.last_id
    }

    fn newest(&self) -> Option<Arc<Connection>> {
        self.by_id.get(&self.last_id).cloned()
    }

    /// Removed from the counts at once, although its task closes the socket a little later.
    fn remove(&mut self, id: u64) -> Option<Arc<Connection>> {
        let connection = self.by_id.remove(&id)?;
        if let Some(home) = connection.home
            && let Some(count) = self.at_home.get_mut(&home)
        {
            *count -= 1;
            if *count == 0 {
                self.at_home.remove(&home);
            }
        }
        Some(connection)
    }

    /// Evicts several at once, so that a flood does not cause a full scan for every new connection.
    fn close_some(&mut self, wanted: usize, of: impl Fn(Option<IpAddr>) -> bool) -> usize {
        let seen = |(id, connection): (&u64, &Arc<Connection>)| {
            let now = connection.now();
            Seen { id: *id, network: now.network, phase: now.phase, age: now.since.elapsed() }
        };
        let seen: Vec<Seen> = self.by_id.iter().map(seen).filter(|seen| of(seen.network)).collect();
        let out = choose_victims(&seen, wanted);
        out.iter().filter_map(|id| self.remove(*id)).for_each(|connection| connection.close());
        out.len()
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        self.all.lock().remove(self.id);
    }
}
