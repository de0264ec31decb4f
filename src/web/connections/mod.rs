//! Open connections: how many there may be, what each is doing, and which must go when there is no room.
//!
//! `stream` and `body` notice what a `connection` is doing, `eviction` says who must go.

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

/// Every open connection.
#[derive(Clone, Debug)]
pub struct Connections {
    /// How many there may be.
    most: usize,
    open: Arc<Mutex<Open>>,
}

#[derive(Debug, Default)]
struct Open {
    last_id: u64,
    by_id: HashMap<u64, Arc<Connection>>,
    /// How many came from each network itself.
    at_home: HashMap<IpAddr, usize>,
}

/// A connection's slot among them, until dropped.
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

    /// A slot for a new connection, at whose cost it may be; None where only the newcomer can go. `home` is None for a
    /// trusted proxy. Above half use a network that has an eighth makes room itself.
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

    /// Closes some where the system has no room for another.
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

    /// Counted out at once, though its task lets go of it a moment later.
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

    /// Several at a time, so that a flood does not have everybody looked at for each newcomer.
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
