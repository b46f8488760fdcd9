//! How many connections a listener may have, and how many of them one source.
//!
//! A permit is given with each connection and comes back when the connection is dropped, on whatever
//! thread that happens; hence the lock, which is taken twice in the life of a connection.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// How many connections a listener may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AdmissionLimits {
    /// All together.
    pub connections_max: usize,
    /// From one IPv4 address or one IPv6 /64, which is what one customer has.
    pub per_source_max: usize,
}

/// Judgements, not measurements: some thousands on one port, and of them a company behind one NAT.
impl Default for AdmissionLimits {
    fn default() -> Self {
        Self {
            connections_max: 8_192,
            per_source_max: 512,
        }
    }
}

/// Counts the connections of one listener. At a limit new ones are refused, nobody is thrown out.
#[derive(Debug)]
pub(super) struct Admission {
    limits: AdmissionLimits,
    present: Arc<Mutex<Present>>,
}

/// The right to be connected; dropping it makes room.
#[derive(Debug)]
pub(super) struct Permit {
    source: IpAddr,
    present: Arc<Mutex<Present>>,
}

/// Who is connected.
#[derive(Debug, Default)]
struct Present {
    all: usize,
    by_source: HashMap<IpAddr, usize>,
}

impl Admission {
    /// Nobody is connected.
    pub(super) fn new(limits: AdmissionLimits) -> Self {
        Self {
            limits,
            present: Arc::default(),
        }
    }

    /// A permit for a connection from `ip`, unless a limit is reached.
    pub(super) fn admit(&self, ip: IpAddr) -> Option<Permit> {
        let source = source(ip);
        let mut present = lock(&self.present);
        let own = present.by_source.get(&source).copied().unwrap_or(0);
        if present.all >= self.limits.connections_max || own >= self.limits.per_source_max {
            return None;
        }
        present.all += 1;
        present.by_source.insert(source, own + 1);
        Some(Permit {
            source,
            present: Arc::clone(&self.present),
        })
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        let mut present = lock(&self.present);
        present.all = present.all.saturating_sub(1);
        match present.by_source.get_mut(&self.source) {
            Some(count) if *count > 1 => *count -= 1,
            _ => drop(present.by_source.remove(&self.source)),
        }
    }
}

/// Nothing panics while it is held, and a count that is off by one would do no harm: a poisoned lock
/// is as good as any.
fn lock(present: &Mutex<Present>) -> MutexGuard<'_, Present> {
    present.lock().unwrap_or_else(PoisonError::into_inner)
}

fn source(ip: IpAddr) -> IpAddr {
    match ip.to_canonical() {
        IpAddr::V6(v6) => {
            let network = u128::from(v6) & !u128::from(u64::MAX);
            IpAddr::V6(Ipv6Addr::from(network))
        }
        v4 => v4,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_source_cannot_take_every_place() {
        let admission = Admission::new(AdmissionLimits {
            connections_max: 4,
            per_source_max: 2,
        });

        let greedy: Vec<_> = ["2001:db8::1", "2001:db8::2", "2001:db8::3"]
            .map(|ip| admission.admit(ip.parse().unwrap()))
            .into_iter()
            .collect();
        let other = admission.admit("192.0.2.1".parse().unwrap());
        let mapped = admission.admit("::ffff:192.0.2.1".parse().unwrap());
        let late = admission.admit("192.0.2.2".parse().unwrap());

        assert_eq!(greedy.iter().flatten().count(), 2);
        assert!(other.is_some() && mapped.is_some());
        assert!(late.is_none(), "four are present");
    }

    #[test]
    fn whoever_leaves_makes_room() {
        let admission = Admission::new(AdmissionLimits {
            connections_max: 1,
            per_source_max: 1,
        });
        let ip = "192.0.2.1".parse().unwrap();
        let first = admission.admit(ip);

        assert!(admission.admit(ip).is_none());
        drop(first);

        drop(admission.admit(ip).expect("there is room again"));
        assert_eq!(lock(&admission.present).by_source.len(), 0);
    }
}
