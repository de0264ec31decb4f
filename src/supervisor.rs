//! Starts and monitors the named tasks of a node.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::task::{Id, JoinSet};

/// Names of the running tasks; clones share the list.
#[derive(Clone, Debug, Default)]
pub struct Alive(Arc<Mutex<BTreeSet<&'static str>>>);

impl Alive {
    /// The names in alphabetical order, comma-separated.
    pub fn names(&self) -> String {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).iter().copied().collect::<Vec<_>>().join(",")
    }

    fn begin(&self, name: &'static str) -> Life {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(name);
        Life(self.clone(), name)
    }
}

/// Lists a task as running until dropped, which also happens when it panics.
struct Life(Alive, &'static str);

impl Drop for Life {
    fn drop(&mut self) {
        self.0.0.lock().unwrap_or_else(PoisonError::into_inner).remove(self.1);
    }
}

/// The tasks of a node.
#[derive(Debug, Default)]
pub struct Supervisor {
    tasks: JoinSet<()>,
    names: HashMap<Id, &'static str>,
    alive: Alive,
}

impl Supervisor {
    /// Starts a task that is expected to run until the node stops.
    pub fn start(&mut self, name: &'static str, task: impl Future<Output = ()> + Send + 'static) {
        let life = self.alive.begin(name);
        let task = self.tasks.spawn(async move {
            let _life = life;
            task.await;
        });
        self.names.insert(task.id(), name);
    }

    /// A handle to the names of the running tasks, which stays current.
    pub fn alive(&self) -> Alive {
        self.alive.clone()
    }

    /// Waits until a task ends or panics, logs it, and returns its name. Never returns without tasks.
    pub async fn failed(&mut self) -> &'static str {
        let (id, why) = match self.tasks.join_next_with_id().await {
            Some(Ok((id, ()))) => (id, "it ended".to_owned()),
            Some(Err(error)) => (error.id(), error.to_string()),
            None => std::future::pending().await,
        };
        let name = self.names.get(&id).copied().unwrap_or("unknown");
        tracing::error!(task = name, "a task failed, stopping this node: {why}");
        name
    }

    /// Waits until every task has ended.
    pub async fn ended(&mut self) {
        while self.tasks.join_next().await.is_some() {}
    }

    /// Aborts the remaining tasks.
    pub fn abort(&mut self) {
        self.tasks.abort_all();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_task_that_panics_or_ends_is_told_and_lives_no_more() {
        let mut supervisor = Supervisor::default();
        supervisor.start("waits", std::future::pending());
        supervisor.start("breaks", async { panic!("on purpose") });
        assert_eq!(supervisor.failed().await, "breaks");
        supervisor.start("ends", async {});
        assert_eq!(supervisor.failed().await, "ends");
        assert_eq!(supervisor.alive().names(), "waits");
        supervisor.abort();
        supervisor.ended().await;
        assert_eq!(supervisor.alive().names(), "");
    }
}
