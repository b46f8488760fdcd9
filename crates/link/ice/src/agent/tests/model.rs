//! A simple model next to the agent, both driven by the same random life.

use proptest::prelude::*;

use super::*;

#[derive(Clone, Copy, Debug)]
enum Step {
    Check { place: u16, nominee: Nominee },
    Stranger { place: u16 },
    Media { place: u16 },
    Closed { place: u16 },
    Moved { place: u16 },
    Restart,
    Wait { seconds: u64 },
}

#[derive(Clone, Copy, Debug)]
struct Nominee {
    use_candidate: bool,
    number: Option<u32>,
}

/// What an owner knows from the events alone, and what the table says.
#[derive(Debug)]
struct Model {
    state: State,
    selected: Option<Tuple>,
    /// Higher than any number the peer has nominated with.
    number_next: u32,
    expires: Option<u64>,
    /// From events.
    tuples: Vec<Tuple>,
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn the_agent_does_as_the_table_says(steps in proptest::collection::vec(step(), 0..60)) {
        let (mut agent, mut second) = (agent(), 0);
        let mut model = Model {
            state: State::New,
            selected: None,
            number_next: 0,
            expires: None,
            tuples: Vec::new(),
        };
        for step in steps {
            if let Step::Wait { seconds } = step {
                second += seconds;
            }
            apply(step, second, &mut agent);
            model.apply(step, second, &agent);

            let selected_before = model.follow(&events(&mut agent));
            prop_assert_eq!(agent.state(), model.state, "after {:?}", step);
            prop_assert_eq!(agent.selected(), model.selected, "after {:?}", step);
            prop_assert_eq!(agent.poll_timeout(), model.expires.map(|at| ms(at * 1_000)));
            prop_assert!(selected_before, "a state was told before its tuple: {:?}", step);
            prop_assert!(agent.tuples().len() <= TUPLES_MAX);
            prop_assert_eq!(agent.tuples(), &model.tuples);
            let is_live = matches!(agent.state(), State::Connected | State::Completed);
            prop_assert_eq!(is_live, agent.selected().is_some_and(|tuple| agent.knows(&tuple)));
            prop_assert_eq!(is_live, !agent.tuples().is_empty());
        }
    }

    #[test]
    fn any_bytes_leave_the_agent_as_it_was(
        data in proptest::collection::vec(any::<u8>(), 0..200),
        flip: u16,
    ) {
        let mut agent = agent();
        let _ = agent.handle_datagram(ms(0), way(1), &data);
        let mut request = strangers_check();
        let at = usize::from(flip) % (request.len() * 8);
        request[at / 8] ^= 1 << (at % 8);
        let _ = agent.handle_datagram(ms(0), way(1), &request);

        prop_assert_eq!((agent.state(), events(&mut agent)), (State::New, vec![]));
    }
}

fn step() -> impl Strategy<Value = Step> {
    let place = 0_u16..12;
    let nominee = (
        proptest::bool::weighted(0.3),
        proptest::option::weighted(0.3, 0_u32..4),
    );
    prop_oneof![
        8 => (place.clone(), nominee).prop_map(|(place, (use_candidate, number))| Step::Check {
            place,
            nominee: Nominee { use_candidate, number },
        }),
        1 => place.clone().prop_map(|place| Step::Stranger { place }),
        2 => place.clone().prop_map(|place| Step::Media { place }),
        2 => place.clone().prop_map(|place| Step::Closed { place }),
        1 => place.prop_map(|place| Step::Moved { place }),
        1 => Just(Step::Restart),
        2 => (0_u64..40).prop_map(|seconds| Step::Wait { seconds }),
    ]
}

fn apply(step: Step, second: u64, agent: &mut IceLite) {
    let now = ms(second * 1_000);
    match step {
        Step::Check { place, nominee } => {
            check(agent, second * 1_000, way(place), |mut check| {
                if nominee.use_candidate {
                    check = check.use_candidate();
                }
                match nominee.number {
                    Some(number) => check.nomination(number),
                    None => check,
                }
            });
        }
        Step::Stranger { place } => {
            let _ = agent.handle_datagram(now, way(place), &strangers_check());
        }
        Step::Media { place } => agent.handle_media(way(place)),
        Step::Closed { place } => agent.handle_closed(now, way(place)),
        Step::Moved { place } => agent.handle_moved(now, way(place)),
        Step::Restart => {
            agent.restart(now, &mut Fixed(second as u8));
        }
        Step::Wait { .. } => agent.handle_timeout(now),
    }
}

impl Model {
    fn apply(&mut self, step: Step, second: u64, agent: &IceLite) {
        let is_live = self.selected.is_some();
        match step {
            Step::Check { place, nominee } => self.check(way(place), nominee, second),
            Step::Media { place } if is_live && self.tuples.contains(&way(place)) => {
                self.selected = Some(way(place));
            }
            Step::Closed { place } | Step::Moved { place } => {
                if let Step::Moved { .. } = step {
                    self.tuples.retain(|tuple| *tuple != way(place));
                }
                if self.selected == Some(way(place)) {
                    self.selected = agent.tuples().first().copied();
                    self.expires = self.selected.map(|_| second + 30);
                    if self.selected.is_none() {
                        self.disconnect();
                    }
                }
            }
            Step::Restart => {
                self.number_next = 0;
                self.expires = self.expires.map(|_| second + 30);
            }
            Step::Wait { .. } if self.expires.is_some_and(|at| at <= second) => self.disconnect(),
            Step::Stranger { .. } | Step::Media { .. } | Step::Wait { .. } => {}
        }
    }

    /// The table: state × nominee → state, and whether the way is selected.
    fn check(&mut self, tuple: Tuple, nominee: Nominee, second: u64) {
        let is_higher = nominee
            .number
            .is_some_and(|number| number >= self.number_next);
        let is_accepted = is_higher || nominee.use_candidate;
        let (state, selects) = match (self.state, is_accepted) {
            (State::New, false) => (State::Connected, true),
            (State::New, true) => (State::Completed, true),
            (State::Disconnected, false) => (State::Connected, true),
            (State::Disconnected, true) => (State::Completed, true),
            (State::Connected, false) => (State::Connected, false),
            (State::Connected, true) => (State::Completed, true),
            (State::Completed, false) => (State::Completed, false),
            (State::Completed, true) => (State::Completed, true),
        };
        self.state = state;
        if selects {
            self.selected = Some(tuple);
        }
        if is_higher {
            self.number_next = nominee.number.map_or(0, |number| number + 1);
        }
        self.expires = Some(second + 30);
    }

    fn disconnect(&mut self) {
        self.state = State::Disconnected;
        self.selected = None;
        self.number_next = 0;
        self.expires = None;
    }

    /// Follows the events as an owner does. False if one came in the wrong order.
    fn follow(&mut self, events: &[Event]) -> bool {
        let mut in_order = true;
        let mut state_told = false;
        for event in events {
            match event {
                Event::TupleAdded(tuple) => self.tuples.insert(0, *tuple),
                Event::TupleRemoved(tuple) => self.tuples.retain(|known| known != tuple),
                Event::TupleSelected(tuple) => {
                    in_order &= !state_told && self.tuples.contains(tuple);
                }
                Event::StateChanged(state) => {
                    in_order &= !state_told && *state == self.state;
                    state_told = true;
                }
                Event::UfragAdded(_) | Event::UfragRemoved(_) => {}
            }
        }
        in_order
    }
}
