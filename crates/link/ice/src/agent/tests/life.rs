//! Ways that come and go, and consent that ends.

use super::*;

#[test]
fn consent_expires_without_checks_and_comes_back_with_one() {
    let mut agent = completed();
    check(&mut agent, 10_000, way(2), plain);
    assert_eq!(agent.poll_timeout(), Some(ms(40_000)));
    agent.handle_timeout(ms(39_999));
    assert_eq!(agent.state(), State::Completed);
    events(&mut agent);

    agent.handle_timeout(ms(40_000));

    assert_eq!(
        events(&mut agent),
        [
            Event::TupleRemoved(way(2)),
            Event::TupleRemoved(way(1)),
            Event::StateChanged(State::Disconnected),
        ]
    );
    assert_eq!((agent.selected(), agent.poll_timeout()), (None, None));
    check(&mut agent, 50_000, way(1), plain);
    assert_eq!(agent.state(), State::Connected);
    assert_eq!(agent.poll_timeout(), Some(ms(80_000)));
}

#[test]
fn the_consent_time_out_has_bounds_and_zero_is_never() {
    let timeout = |seconds| {
        let mut agent = IceLite::new("", seconds, &mut Fixed(3));
        check(&mut agent, 0, way(1), plain);
        agent.poll_timeout()
    };

    assert_eq!(timeout(0), None);
    assert_eq!(timeout(1), Some(ms(10_000)));
    assert_eq!(timeout(20), Some(ms(20_000)));
    assert_eq!(timeout(200), Some(ms(60_000)));
}

#[test]
fn before_the_first_check_there_is_no_consent_to_lose() {
    let mut agent = agent();
    assert_eq!(agent.poll_timeout(), None);

    agent.restart(ms(0), &mut Fixed(9));
    agent.handle_timeout(ms(1_000_000));

    assert_eq!((agent.poll_timeout(), agent.state()), (None, State::New));
}

#[test]
fn media_refusals_and_conflicts_are_no_consent() {
    let mut agent = completed();

    agent.handle_media(way(1));
    let _ = agent.handle_datagram(ms(5_000), way(1), &strangers_check());
    check(&mut agent, 5_000, way(1), |check| check.ice_controlled(1));

    assert_eq!(agent.poll_timeout(), Some(ms(30_000)));
}

#[test]
fn a_restart_renews_consent_and_keeps_the_way() {
    let mut agent = completed();

    agent.restart(ms(7_000), &mut Fixed(9));

    assert_eq!(agent.poll_timeout(), Some(ms(37_000)));
    assert_eq!(
        (agent.state(), agent.selected()),
        (State::Completed, Some(way(1)))
    );
}

#[test]
fn after_a_restart_nominations_are_counted_anew() {
    let mut agent = agent();
    check(&mut agent, 0, way(1), |check| check.nomination(9));

    agent.restart(ms(0), &mut Fixed(9));
    check(&mut agent, 0, way(2), |check| check.nomination(1));

    assert_eq!(agent.selected(), Some(way(2)));
}

#[test]
fn a_closed_connection_hands_over_to_the_newest_other_way() {
    let mut agent = completed();
    check(&mut agent, 0, way(2), plain);
    check(&mut agent, 0, way(3), plain);
    events(&mut agent);

    agent.handle_closed(ms(5_000), way(1));

    assert_eq!(
        events(&mut agent),
        [Event::TupleRemoved(way(1)), Event::TupleSelected(way(3))]
    );
    assert_eq!(agent.state(), State::Completed);
    assert_eq!(agent.poll_timeout(), Some(ms(35_000)));
}

#[test]
fn when_the_last_way_closes_the_agent_is_disconnected() {
    let mut agent = completed();

    agent.handle_closed(ms(5), way(1));

    assert_eq!(
        events(&mut agent),
        [
            Event::TupleRemoved(way(1)),
            Event::StateChanged(State::Disconnected),
        ]
    );
    assert_eq!((agent.selected(), agent.poll_timeout()), (None, None));
}

#[test]
fn a_way_that_was_not_selected_closes_without_a_stir() {
    let mut agent = completed();
    check(&mut agent, 0, way(2), plain);
    events(&mut agent);

    agent.handle_closed(ms(5_000), way(2));
    agent.handle_closed(ms(5_000), way(9));

    assert_eq!(events(&mut agent), [Event::TupleRemoved(way(2))]);
    assert_eq!(
        (agent.selected(), agent.poll_timeout()),
        (Some(way(1)), Some(ms(30_000)))
    );
}

#[test]
fn a_way_that_moved_to_another_agent_is_not_closed() {
    let mut agent = completed();
    check(&mut agent, 0, way(2), plain);
    events(&mut agent);

    agent.handle_moved(ms(0), way(1));
    assert_eq!(events(&mut agent), [Event::TupleSelected(way(2))]);

    agent.handle_moved(ms(0), way(2));
    assert_eq!(
        events(&mut agent),
        [Event::StateChanged(State::Disconnected)]
    );
}

#[test]
fn at_most_eight_ways_are_remembered_and_the_oldest_goes() {
    let mut agent = completed();
    for place in 2..9 {
        check(&mut agent, 0, way(place), plain);
    }
    check(&mut agent, 0, way(8), MessageWriter::use_candidate);
    events(&mut agent);

    check(&mut agent, 0, way(9), plain);

    assert_eq!(
        events(&mut agent),
        [Event::TupleAdded(way(9)), Event::TupleRemoved(way(1))]
    );
    assert_eq!(agent.tuples().len(), TUPLES_MAX);
}

#[test]
fn the_selected_way_stays_however_old_it_is() {
    let mut agent = completed();
    for place in 2..20 {
        check(&mut agent, 0, way(place), plain);
    }

    assert!(agent.knows(&way(1)));
    assert_eq!(agent.tuples().len(), TUPLES_MAX);
    assert!(events(&mut agent).contains(&Event::TupleRemoved(way(2))));
}

#[test]
fn the_same_address_on_another_socket_is_another_way() {
    let mut agent = completed();
    let tcp = Tuple {
        protocol: Protocol::Tcp,
        ..way(1)
    };
    let elsewhere = Tuple {
        socket: SocketId(2),
        ..way(1)
    };

    check(&mut agent, 0, tcp, plain);
    check(&mut agent, 0, elsewhere, plain);

    assert_eq!(agent.tuples(), [elsewhere, tcp, way(1)]);
}

#[test]
fn media_moves_the_selected_way_only_to_a_known_one() {
    let mut agent = completed();
    check(&mut agent, 0, way(2), plain);
    events(&mut agent);

    agent.handle_media(way(3));
    assert_eq!(agent.selected(), Some(way(1)));

    agent.handle_media(way(2));
    assert_eq!(events(&mut agent), [Event::TupleSelected(way(2))]);
    assert_eq!(agent.state(), State::Completed);
}

#[test]
fn media_that_alternates_makes_one_event_until_the_owner_looks() {
    let mut agent = completed();
    check(&mut agent, 0, way(2), plain);
    events(&mut agent);

    for _ in 0..1_000 {
        agent.handle_media(way(2));
        agent.handle_media(way(1));
    }
    agent.handle_media(way(2));

    assert_eq!(events(&mut agent), [Event::TupleSelected(way(2))]);
}

#[test]
fn a_closed_agent_gives_its_ways_back() {
    let mut agent = completed();

    agent.close();

    assert_eq!(events(&mut agent), [Event::TupleRemoved(way(1))]);
    assert_eq!((agent.selected(), agent.poll_timeout()), (None, None));
}
