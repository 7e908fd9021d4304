//! Passwords as argon2id (RFC 9106) leaves them, worked on off the request threads by as many at once as there are cores.

use std::sync::{Arc, OnceLock};

use argon2::password_hash::Error as Mismatch;
use argon2::{Algorithm, Argon2, Params, PasswordHasher, PasswordVerifier, Version};
use souk_ports::Error as PortError;
use tokio::sync::Semaphore;

use super::Error;

/// Waiting for a core, for each core; more are refused. At the usual cost that is about a second.
const WAITING_PER_CORE: usize = 32;

/// What one password costs to look at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cost {
    pub memory_kib: u32,
    pub passes: u32,
}

/// The workers. Cheap to clone.
#[derive(Clone)]
pub struct Passwords(Arc<Shared>);

struct Shared {
    argon2: Argon2<'static>,
    working: Arc<Semaphore>,
    /// Those that work and those that wait.
    places: Arc<Semaphore>,
    /// Of no password, for accounts that there are not: looking at it takes as long.
    nobody: OnceLock<String>,
}

/// What came of looking at a password.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Looked {
    Right,
    /// Right, and kept at another cost than new ones are.
    Outdated,
    Wrong,
}

impl Passwords {
    /// `InvalidInput` where argon2id has no such cost.
    pub fn new(Cost { memory_kib, passes }: Cost) -> Result<Self, PortError> {
        let params = Params::new(memory_kib, passes, 1, None)
            .map_err(|error| PortError::invalid(format!("argon2id has no such cost: {error}")))?;
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        Ok(Self(Arc::new(Shared {
            argon2: Argon2::new(Algorithm::Argon2id, Version::V0x13, params),
            working: Arc::new(Semaphore::new(cores)),
            places: Arc::new(Semaphore::new(cores * (WAITING_PER_CORE + 1))),
            nobody: OnceLock::new(),
        })))
    }

    /// With a salt of its own, in the PHC string format.
    pub(super) async fn hash(&self, password: &str) -> Result<String, Error> {
        let password = password.to_owned();
        self.work(move |shared| shared.hash(&password)).await?
    }

    /// Takes as long where there is no hash.
    pub(super) async fn look(&self, password: &str, hash: Option<String>) -> Result<Looked, Error> {
        let password = password.to_owned();
        self.work(move |shared| shared.look(&password, hash.as_deref())).await?
    }

    async fn work<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Shared) -> T + Send + 'static,
    ) -> Result<T, Error> {
        let place = self.0.places.clone().try_acquire_owned().map_err(|_| Error::Busy)?;
        let stopped = |source: Box<dyn std::error::Error + Send + Sync>| {
            Error::Port(PortError::internal("looking at a password", source))
        };
        let working = self.0.working.clone().acquire_owned().await.map_err(|error| stopped(error.into()))?;
        let shared = self.0.clone();
        let worked = tokio::task::spawn_blocking(move || {
            // Whoever asked may be gone; the core is taken until the work is done.
            let _held = (place, working);
            work(&shared)
        });
        worked.await.map_err(|error| stopped(error.into()))
    }
}

impl Shared {
    fn hash(&self, password: &str) -> Result<String, Error> {
        let hashed = self.argon2.hash_password(password.as_bytes());
        let failed = |source| Error::Port(PortError::internal("hashing a password", source));
        Ok(hashed.map_err(|error| failed(error.to_string()))?.to_string())
    }

    fn look(&self, password: &str, hash: Option<&str>) -> Result<Looked, Error> {
        let Some(hash) = hash else {
            let nobody = match self.nobody.get() {
                Some(nobody) => nobody,
                None => {
                    let made = self.hash("nobody's")?;
                    self.nobody.get_or_init(|| made)
                }
            };
            let _ = self.argon2.verify_password(password.as_bytes(), nobody.as_str());
            return Ok(Looked::Wrong);
        };
        match self.argon2.verify_password(password.as_bytes(), hash) {
            Ok(()) => {}
            Err(Mismatch::PasswordInvalid) => return Ok(Looked::Wrong),
            // A damaged hash is told, and is no wrong password.
            Err(error) => {
                return Err(PortError::internal("reading a password's hash", error.to_string()).into());
            }
        }
        let params = self.argon2.params();
        let today = format!("$m={},t={},p={}$", params.m_cost(), params.t_cost(), params.p_cost());
        Ok(if hash.contains(&today) { Looked::Right } else { Looked::Outdated })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOW: Cost = Cost { memory_kib: 64, passes: 1 };

    #[tokio::test]
    async fn a_password_is_known_again_and_another_is_not() {
        let passwords = Passwords::new(LOW).unwrap();
        let (one, again) =
            (passwords.hash("open sesame").await.unwrap(), passwords.hash("open sesame").await);
        assert!(one.starts_with("$argon2id$v=19$m=64,t=1,p=1$"), "{one}");
        assert_ne!(one, again.unwrap(), "each has a salt of its own");
        assert_eq!(passwords.look("open sesame", Some(one.clone())).await.unwrap(), Looked::Right);
        for wrong in ["open sesam", "Open sesame", ""] {
            assert_eq!(passwords.look(wrong, Some(one.clone())).await.unwrap(), Looked::Wrong, "{wrong}");
        }
        assert_eq!(passwords.look("nobody's", None).await.unwrap(), Looked::Wrong);
        assert!(matches!(
            passwords.look("open sesame", Some(one[..20].to_owned())).await,
            Err(Error::Port(_))
        ));
        let dearer = Passwords::new(Cost { passes: 2, ..LOW }).unwrap();
        assert_eq!(dearer.look("open sesame", Some(one)).await.unwrap(), Looked::Outdated);
        assert!(Passwords::new(Cost { memory_kib: 1, ..LOW }).is_err());
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn more_than_can_wait_are_refused_and_the_others_answered() {
        let passwords = Passwords::new(Cost { memory_kib: 4096, passes: 2 }).unwrap();
        let places = passwords.0.places.available_permits();
        let asked = (0..places * 3).map(|_| {
            let passwords = passwords.clone();
            tokio::spawn(async move { passwords.hash("open sesame").await })
        });
        let (mut done, mut refused) = (0, 0);
        for asked in asked.collect::<Vec<_>>() {
            match asked.await.unwrap() {
                Ok(_) => done += 1,
                Err(Error::Busy) => refused += 1,
                Err(other) => panic!("{other}"),
            }
        }
        assert!(done >= places && refused > 0, "{done} {refused} of {places}");
        assert_eq!(passwords.0.places.available_permits(), places);
    }
}
