//! What the objects of the API are called: one type a noun, so that two cannot be swapped.

use std::borrow::Borrow;
use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
        pub struct $name(Arc<str>);

        impl $name {
            /// The name as the application sees it.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl<T: Into<Arc<str>>> From<T> for $name {
            fn from(name: T) -> Self {
                Self(name.into())
            }
        }

        impl Borrow<str> for $name {
            fn borrow(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

id!(
    /// A set of listening sockets that WebRTC transports share.
    WebRtcServerId
);
id!(
    /// A room: the border within which producers and consumers meet.
    RouterId
);
id!(
    /// One endpoint's connection.
    TransportId
);
id!(
    /// Media that an endpoint sends to us.
    ProducerId
);
id!(
    /// Media that we send to an endpoint.
    ConsumerId
);
id!(
    /// Messages that an endpoint sends to us.
    DataProducerId
);
id!(
    /// Messages that we send to an endpoint.
    DataConsumerId
);
id!(
    /// Someone who listens to producers and tells what he hears.
    RtpObserverId
);
