//! Scalability modes, as `L3T2_KEY` (WebRTC SVC §6).

/// How many layers a stream has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ScalabilityMode {
    /// 1 to 99.
    pub spatial_layers: u8,
    /// 1 to 99.
    pub temporal_layers: u8,
    /// Spatial layers depend on each other at key frames only.
    pub ksvc: bool,
}

/// Reads a mode. Whatever is none has one layer of each; what follows a mode is ignored.
#[must_use]
pub fn parse_scalability_mode(mode: Option<&str>) -> ScalabilityMode {
    let single = ScalabilityMode {
        spatial_layers: 1,
        temporal_layers: 1,
        ksvc: false,
    };
    mode.and_then(parse).unwrap_or(single)
}

fn parse(mode: &str) -> Option<ScalabilityMode> {
    let rest = mode.strip_prefix(['L', 'S'])?;
    let (spatial_layers, rest) = number(rest)?;
    let (temporal_layers, rest) = number(rest.strip_prefix('T')?)?;
    Some(ScalabilityMode {
        spatial_layers,
        temporal_layers,
        ksvc: rest.starts_with("_KEY"),
    })
}

/// One or two digits, the first not zero.
fn number(text: &str) -> Option<(u8, &str)> {
    let digits = text.bytes().take(2).take_while(u8::is_ascii_digit).count();
    let (number, rest) = text.split_at(digits);
    let number = number.parse().ok().filter(|_| !number.starts_with('0'))?;
    Some((number, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn modes_are_read_and_nonsense_has_one_layer() {
        let read = |mode| {
            let mode = parse_scalability_mode(Some(mode));
            (mode.spatial_layers, mode.temporal_layers, mode.ksvc)
        };

        assert_eq!(read("L1T3"), (1, 3, false));
        assert_eq!(read("L3T2_KEY"), (3, 2, true));
        assert_eq!(read("S2T3"), (2, 3, false));
        assert_eq!(read("L20T3"), (20, 3, false));
        assert_eq!(read("L4T7_KEY_SHIFT"), (4, 7, true));
        assert_eq!(read("L1T3h"), (1, 3, false));
        assert_eq!(read("L1T100"), (1, 10, false));
        for nonsense in [
            "foo", "", "S0T3", "S1T0", "S200T3", "L100T1", "l1t3", "xL1T3",
        ] {
            assert_eq!(read(nonsense), (1, 1, false), "{nonsense}");
        }
    }
}
