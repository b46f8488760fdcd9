//! The agent's table, row by row: a state, a check, what follows.

use super::*;

#[test]
fn new_and_a_check_is_connected() {
    let mut agent = agent();

    check(&mut agent, 0, way(1), plain);

    assert_eq!(
        events(&mut agent),
        [
            Event::TupleAdded(way(1)),
            Event::TupleSelected(way(1)),
            Event::StateChanged(State::Connected),
        ]
    );
}

#[test]
fn new_and_a_nomination_is_completed() {
    let mut agent = agent();

    check(&mut agent, 0, way(1), MessageWriter::use_candidate);

    assert_eq!(
        events(&mut agent),
        [
            Event::TupleAdded(way(1)),
            Event::TupleSelected(way(1)),
            Event::StateChanged(State::Completed),
        ]
    );
}

#[test]
fn new_and_a_numbered_nomination_is_completed() {
    let mut agent = agent();

    check(&mut agent, 0, way(1), |check| check.nomination(1));

    assert_eq!(
        (agent.state(), agent.selected()),
        (State::Completed, Some(way(1)))
    );
}

#[test]
fn new_and_a_nomination_numbered_zero_is_completed_too() {
    let mut agent = agent();

    check(&mut agent, 0, way(1), |check| check.nomination(0));

    assert_eq!(
        (agent.state(), agent.selected()),
        (State::Completed, Some(way(1)))
    );
}

#[test]
fn disconnected_and_a_check_is_connected() {
    let mut agent = disconnected();

    check(&mut agent, 40_000, way(2), plain);

    assert_eq!(
        (agent.state(), agent.selected()),
        (State::Connected, Some(way(2)))
    );
}

#[test]
fn disconnected_and_a_nomination_is_completed() {
    let mut agent = disconnected();

    check(&mut agent, 40_000, way(2), MessageWriter::use_candidate);

    assert_eq!(
        (agent.state(), agent.selected()),
        (State::Completed, Some(way(2)))
    );
}

#[test]
fn disconnected_and_any_number_is_completed() {
    let mut agent = agent();
    check(&mut agent, 0, way(1), |check| check.nomination(9));
    agent.handle_timeout(ms(30_000));

    check(&mut agent, 40_000, way(2), |check| check.nomination(1));

    assert_eq!(
        (agent.state(), agent.selected()),
        (State::Completed, Some(way(2)))
    );
}

#[test]
fn connected_and_another_check_only_remembers() {
    let mut agent = agent();
    check(&mut agent, 0, way(1), plain);
    events(&mut agent);

    check(&mut agent, 0, way(2), plain);

    assert_eq!(events(&mut agent), [Event::TupleAdded(way(2))]);
    assert_eq!(
        (agent.state(), agent.selected()),
        (State::Connected, Some(way(1)))
    );
}

#[test]
fn connected_and_a_nomination_is_completed() {
    let mut agent = agent();
    check(&mut agent, 0, way(1), plain);
    events(&mut agent);

    check(&mut agent, 0, way(2), MessageWriter::use_candidate);

    assert_eq!(
        events(&mut agent),
        [
            Event::TupleAdded(way(2)),
            Event::TupleSelected(way(2)),
            Event::StateChanged(State::Completed),
        ]
    );
}

#[test]
fn connected_and_a_nomination_of_the_same_way_selects_nothing_new() {
    let mut agent = agent();
    check(&mut agent, 0, way(1), plain);
    events(&mut agent);

    check(&mut agent, 0, way(1), |check| check.nomination(1));

    assert_eq!(events(&mut agent), [Event::StateChanged(State::Completed)]);
}

#[test]
fn completed_and_a_check_elsewhere_only_remembers() {
    let mut agent = completed();

    check(&mut agent, 0, way(2), plain);

    assert_eq!(events(&mut agent), [Event::TupleAdded(way(2))]);
    assert_eq!(agent.selected(), Some(way(1)));
}

#[test]
fn completed_and_a_nomination_of_the_same_way_says_nothing() {
    let mut agent = completed();

    check(&mut agent, 0, way(1), MessageWriter::use_candidate);

    assert_eq!(events(&mut agent), []);
}

#[test]
fn completed_and_aggressive_nomination_moves_the_selected_way_each_time() {
    let mut agent = completed();

    for place in [2, 1, 3] {
        check(&mut agent, 0, way(place), MessageWriter::use_candidate);

        assert_eq!(
            (agent.state(), agent.selected()),
            (State::Completed, Some(way(place)))
        );
    }
}

#[test]
fn completed_and_a_renomination_needs_a_higher_number() {
    let mut agent = agent();
    check(&mut agent, 0, way(1), |check| check.nomination(2));

    check(&mut agent, 0, way(2), |check| check.nomination(2));
    assert_eq!(agent.selected(), Some(way(1)));

    check(&mut agent, 0, way(2), |check| check.nomination(3));
    assert_eq!(agent.selected(), Some(way(2)));
}

#[test]
fn completed_and_a_renomination_by_the_registered_type_counts() {
    let mut agent = completed();

    check(&mut agent, 0, way(2), |check| {
        check.attribute(0x0030, &[0, 0, 0, 1])
    });

    assert_eq!(agent.selected(), Some(way(2)));
}

#[test]
fn completed_and_use_candidate_counts_whatever_the_number() {
    let mut agent = agent();
    check(&mut agent, 0, way(1), |check| check.nomination(5));

    check(&mut agent, 0, way(2), |check| {
        check.use_candidate().nomination(4)
    });
    assert_eq!(agent.selected(), Some(way(2)));

    // The old number was not forgotten over it.
    check(&mut agent, 0, way(1), |check| check.nomination(5));
    assert_eq!(agent.selected(), Some(way(2)));
}
