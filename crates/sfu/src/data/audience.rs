//! A message, and for whom it is.

use std::sync::Arc;

use control::{Audience, UserMessage};
use sctp::Ppid;

use crate::data::subchannels::Subchannels;

/// A message on its way to all who consume it. Its bytes are shared, not copied.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// What it is (RFC 8831 §8).
    pub ppid: Ppid,
    /// Its bytes.
    pub data: Arc<[u8]>,
}

impl From<UserMessage> for Message {
    fn from(message: UserMessage) -> Self {
        Self {
            ppid: Ppid(message.ppid),
            data: message.data.into(),
        }
    }
}

/// Whether a message is for all, whatever they have subscribed to.
pub(super) fn is_everybody(audience: &Audience) -> bool {
    audience.subchannels.is_empty()
        && audience.required_subchannel.is_none()
        && audience.ignored_subchannel.is_none()
}

/// Whether whoever has these subchannels is meant. Over a pipe that wants nothing in particular all
/// goes, and nobody is passed over there: that is for the other end to say.
pub(super) fn admits(audience: &Audience, has: &Subchannels, over_pipe: bool) -> bool {
    if over_pipe && has.is_empty() {
        return true;
    }
    if audience
        .required_subchannel
        .is_some_and(|id| !has.contains(id))
    {
        return false;
    }
    if !over_pipe
        && audience
            .ignored_subchannel
            .is_some_and(|id| has.contains(id))
    {
        return false;
    }
    audience.subchannels.is_empty() || audience.subchannels.iter().any(|id| has.contains(*id))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_to_nobody_in_particular_is_for_all() {
        assert!(admits(&to(&[], None, None), &having(&[]), false));
        assert!(admits(&to(&[], None, None), &having(&[1]), false));
        assert!(is_everybody(&to(&[], None, None)));
        assert!(!is_everybody(&to(&[], None, Some(1))));
    }

    #[test]
    fn one_of_the_subchannels_is_enough_but_the_required_one_must_be_among_them() {
        let has = having(&[1, 11, 666]);

        assert!(admits(&to(&[1, 2], None, None), &has, false));
        assert!(!admits(&to(&[2], None, None), &has, false));
        assert!(admits(&to(&[1], Some(666), None), &has, false));
        assert!(!admits(&to(&[1], Some(2), None), &has, false));
        assert!(!admits(&to(&[2], Some(666), None), &has, false));
        assert!(!admits(&to(&[1], None, Some(11)), &has, false));
        assert!(admits(&to(&[1], None, Some(12)), &has, false));
    }

    #[test]
    fn a_pipe_takes_all_unless_it_wants_something_and_passes_nobody_over() {
        let narrow = to(&[6], Some(7), Some(8));

        assert!(admits(&narrow, &having(&[]), true));
        assert!(!admits(&narrow, &having(&[6]), true));
        assert!(admits(&narrow, &having(&[6, 7, 8]), true));
        assert!(!admits(&narrow, &having(&[6, 7, 8]), false));
    }

    fn to(subchannels: &[u16], required: Option<u16>, ignored: Option<u16>) -> Audience {
        Audience {
            subchannels: subchannels.to_vec(),
            required_subchannel: required,
            ignored_subchannel: ignored,
        }
    }

    fn having(ids: &[u16]) -> Subchannels {
        Subchannels::new(ids)
    }
}
