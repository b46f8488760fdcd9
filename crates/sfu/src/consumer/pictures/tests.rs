//! Numbers of pictures, in and out.

use super::*;

#[test]
fn pictures_that_are_left_out_leave_no_gap() {
    let mut pictures = Pictures::new(0x7ffe);
    assert_eq!(out(pictures.begin(&picture(100, 7))), Some((0x7ffe, 0x80)));
    pictures.skip(&picture(101, 7));
    pictures.skip(&picture(101, 7));
    assert_eq!(out(pictures.map(&picture(102, 7))), Some((0x7fff, 0x80)));
    assert_eq!(out(pictures.map(&picture(102, 7))), Some((0x7fff, 0x80)));
    assert_eq!(out(pictures.map(&picture(104, 8))), Some((1, 0x81)));
    assert_eq!(out(pictures.map(&picture(103, 7))), Some((0, 0x80)));
}

#[test]
fn another_stream_goes_on_where_the_one_before_ended() {
    let mut pictures = Pictures::new(500);
    pictures.begin(&picture(32_767, 255));
    assert_eq!(out(pictures.map(&picture(0, 0))), Some((501, 3)));

    assert_eq!(out(pictures.begin(&picture(9_000, 77))), Some((502, 4)));
    assert_eq!(out(pictures.map(&picture(9_001, 78))), Some((503, 5)));
    assert_eq!(out(pictures.map(&picture(8_999, 76))), None);
}

#[test]
fn seven_bits_wrap_at_their_own_width() {
    let short = |number| Vp8Descriptor {
        picture_id_long: false,
        ..picture(number, 0)
    };
    let mut pictures = Pictures::new(500);
    pictures.begin(&short(126));

    let numbers = [127, 0, 1].map(|number| out(pictures.map(&short(number))));

    assert_eq!(
        numbers.map(|it| it.map(|it| it.0)),
        [501, 502, 503].map(Some)
    );
}

fn picture(number: u16, tl0: u8) -> Vp8Descriptor {
    Vp8Descriptor {
        picture_id: Some(number),
        picture_id_long: true,
        tl0_picture_index: Some(tl0),
        ..Vp8Descriptor::default()
    }
}

fn out(numbers: Option<Vp8Numbers>) -> Option<(u16, u8)> {
    numbers.map(|numbers| (numbers.picture_id, numbers.tl0_picture_index))
}
