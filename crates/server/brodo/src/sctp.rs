//! The SCTP association of a transport, as the application sees it, and its streams.

use std::collections::HashSet;

use control::{SctpNegotiatedCapabilities, SctpParameters, SctpState};

/// 65535 is no stream (RFC 8832 §6).
const STREAM_END: u16 = 65_535;

/// How far the association has come, and which of its streams data consumers use.
#[derive(Debug, Default)]
pub(crate) struct Association {
    parameters: Option<SctpParameters>,
    state: Option<SctpState>,
    negotiated: Option<SctpNegotiatedCapabilities>,
    pub streams: StreamIds,
}

impl Association {
    /// There is one. Its first news may be here already.
    pub fn begin(&mut self, parameters: Option<SctpParameters>, state: Option<SctpState>) {
        self.parameters = parameters;
        self.state = self.state.or(state);
    }

    /// It moved on.
    pub fn handle_state_change(
        &mut self,
        state: SctpState,
        negotiated: Option<SctpNegotiatedCapabilities>,
    ) {
        self.state = Some(state);
        if let Some(negotiated) = negotiated {
            self.negotiated = Some(negotiated);
            self.streams
                .limit(negotiated.negotiated_max_outbound_streams);
        }
    }

    pub fn parameters(&self) -> Option<SctpParameters> {
        self.parameters
    }

    pub fn state(&self) -> Option<SctpState> {
        self.state
    }

    pub fn negotiated(&self) -> Option<SctpNegotiatedCapabilities> {
        self.negotiated
    }
}

/// Gives streams in a circle, so that an id is not used again soon after its stream was reset. At most
/// 65535 are taken; then none is given.
#[derive(Debug)]
pub(crate) struct StreamIds {
    taken: HashSet<u16>,
    next: u16,
    end: u16,
}

impl Default for StreamIds {
    fn default() -> Self {
        Self {
            taken: HashSet::new(),
            next: 0,
            end: STREAM_END,
        }
    }
}

impl StreamIds {
    /// A free one.
    pub fn take(&mut self) -> Option<u16> {
        for _ in 0..self.end {
            let id = if self.next < self.end { self.next } else { 0 };
            self.next = id + 1;
            if self.taken.insert(id) {
                return Some(id);
            }
        }
        None
    }

    /// It may be given again.
    pub fn free(&mut self, id: u16) {
        self.taken.remove(&id);
    }

    /// The peer takes no more streams than this.
    fn limit(&mut self, count: u16) {
        self.end = count;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn streams_are_given_in_a_circle() {
        let mut ids = StreamIds::default();
        assert_eq!([ids.take(), ids.take(), ids.take()], [0, 1, 2].map(Some));

        ids.free(1);
        assert_eq!(ids.take(), Some(3), "not the one that has just been reset");

        ids.limit(4);
        assert_eq!(ids.take(), Some(1));
        assert_eq!(ids.take(), None, "all four are in use");
        ids.free(2);
        assert_eq!(ids.take(), Some(2));
    }

    #[test]
    fn the_last_number_is_no_stream() {
        let mut ids = StreamIds::default();

        let given: Vec<u16> = std::iter::from_fn(|| ids.take()).collect();

        assert_eq!(given.len(), 65_535);
        assert_eq!(given.last(), Some(&65_534));
    }

    #[test]
    fn news_that_overtake_the_answer_stay() {
        let mut association = Association::default();
        association.handle_state_change(SctpState::Connecting, None);

        association.begin(None, Some(SctpState::New));

        assert_eq!(association.state(), Some(SctpState::Connecting));
    }
}
