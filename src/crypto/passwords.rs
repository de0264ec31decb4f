//! Password hashing on blocking threads, with bounded concurrency.

use std::sync::Arc;

use argon2::Argon2;
use argon2::password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash};
use tokio::sync::Semaphore;

use crate::error::Result;

/// Concurrent hashes, of 19 MiB each, and the length of the queue. At 30 ms per hash the last one waits half a second.
const AT_ONCE: usize = 2;
const WAITING: usize = 32;

/// The only access to argon2, so that its memory use stays bounded under load.
#[derive(Clone, Debug)]
pub struct Passwords {
    room: Arc<Semaphore>,
    turns: Arc<Semaphore>,
}

impl Default for Passwords {
    fn default() -> Self {
        Self { room: Arc::new(Semaphore::new(AT_ONCE + WAITING)), turns: Arc::new(Semaphore::new(AT_ONCE)) }
    }
}

impl Passwords {
    /// Hashes with Argon2id at 19 MiB and 2 passes (OWASP Password Storage).
    pub async fn hash(&self, password: String) -> Result<String> {
        let made = self.run(move || Argon2::default().hash_password(password.as_bytes()).map(|hash| hash.to_string()));
        Ok(made.await?.map_err(|error| anyhow::anyhow!("cannot hash a password: {error}"))?)
    }

    /// Whether a password matches its hash. Without a hash it takes as long and returns false, so that timing does not reveal
    /// whether an account exists.
    pub async fn verify(&self, password: String, hash: Option<String>) -> Result<bool> {
        self.run(move || fits(&password, hash.as_deref())).await
    }

    /// Fails with `Unavailable` if the queue is full. The permits are held until the work is done, even if the client
    /// disconnects.
    async fn run<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T> {
        let room = self.room.clone().try_acquire_owned().map_err(|_| app::Error::Unavailable)?;
        let turn = self.turns.clone().acquire_owned().await.map_err(anyhow::Error::from)?;
        let done = tokio::task::spawn_blocking(move || {
            let done = work();
            drop((turn, room));
            done
        });
        Ok(done.await.map_err(anyhow::Error::from)?)
    }
}

fn fits(password: &str, hash: Option<&str>) -> bool {
    let Some(hash) = hash else {
        let _same_work = Argon2::default().hash_password(password.as_bytes());
        return false;
    };
    PasswordHash::new(hash).is_ok_and(|hash| Argon2::default().verify_password(password.as_bytes(), &hash).is_ok())
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use super::*;

    #[tokio::test]
    async fn a_password_fits_its_own_hash_only() {
        let passwords = Passwords::default();
        let hash = passwords.hash("correct horse".to_owned()).await.unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
        assert!(passwords.verify("correct horse".to_owned(), Some(hash.clone())).await.unwrap());
        assert!(!passwords.verify("battery staple".to_owned(), Some(hash)).await.unwrap());
        assert!(!passwords.verify("anything".to_owned(), None).await.unwrap());
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_crowd_is_refused_at_once_and_hanging_up_frees_nothing() {
        let passwords = Passwords::default();
        let (release, held) = mpsc::channel::<()>();
        let held = Arc::new(std::sync::Mutex::new(held));
        let tasks: Vec<_> = (0..AT_ONCE + WAITING)
            .map(|_| {
                let (passwords, held) = (passwords.clone(), held.clone());
                tokio::spawn(async move { passwords.run(move || held.lock().unwrap().recv().is_ok()).await })
            })
            .collect();
        while passwords.room.available_permits() > 0 || passwords.turns.available_permits() > 0 {
            tokio::task::yield_now().await;
        }
        assert!(matches!(passwords.run(|| ()).await, Err(crate::error::Error::Public(app::Error::Unavailable))));
        tasks[0].abort();
        tokio::task::yield_now().await;
        assert_eq!(passwords.turns.available_permits(), 0, "the work goes on, and counts");
        drop(release);
        for task in tasks.into_iter().skip(1) {
            assert!(task.await.unwrap().is_ok());
        }
    }
}
