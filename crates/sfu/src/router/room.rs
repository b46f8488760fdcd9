//! The router object.

use control::RouterId;

use crate::router::subscriptions::Subscriptions;

/// A room.
#[derive(Debug)]
pub struct Router {
    id: RouterId,
    transports: Vec<usize>,
    subscriptions: Subscriptions,
    data_subscriptions: Subscriptions,
}

impl Router {
    /// An empty room.
    #[must_use]
    pub fn new(id: RouterId) -> Self {
        Self {
            id,
            transports: Vec::new(),
            subscriptions: Subscriptions::default(),
            data_subscriptions: Subscriptions::default(),
        }
    }

    /// Its name.
    #[must_use]
    pub fn id(&self) -> &RouterId {
        &self.id
    }

    /// Its transports, in the order they were made.
    #[must_use]
    pub fn transports(&self) -> &[usize] {
        &self.transports
    }

    /// A transport joins.
    pub fn add_transport(&mut self, transport: usize) {
        self.transports.push(transport);
    }

    /// A transport leaves.
    pub fn remove_transport(&mut self, transport: usize) {
        self.transports.retain(|&key| key != transport);
    }

    /// Who consumes what.
    #[must_use]
    pub fn subscriptions(&self) -> &Subscriptions {
        &self.subscriptions
    }

    /// Who consumes whose messages.
    #[must_use]
    pub fn data_subscriptions(&self) -> &Subscriptions {
        &self.data_subscriptions
    }

    /// Who consumes whose messages, to be changed.
    pub fn data_subscriptions_mut(&mut self) -> &mut Subscriptions {
        &mut self.data_subscriptions
    }

    /// Who consumes what, to be changed.
    pub fn subscriptions_mut(&mut self) -> &mut Subscriptions {
        &mut self.subscriptions
    }
}
