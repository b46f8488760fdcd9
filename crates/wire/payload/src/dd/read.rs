//! Resolves the descriptors of one stream (A.8.2).

use crate::bits::BitReader;
use crate::dd::structure::{Dti, FrameInfo, Structure};

/// The structure that a stream's packets refer to.
#[derive(Clone, Debug, Default)]
pub struct DependencyState {
    structure: Option<Structure>,
    active_targets: u32,
}

impl DependencyState {
    /// Reads the descriptor of a packet. A structure that is read to its end replaces the one before;
    /// `None` leaves everything as it was.
    pub fn resolve(&mut self, descriptor: &[u8]) -> Option<FrameInfo> {
        let mut bits = BitReader::new(descriptor);
        let start_of_frame = bits.flag()?;
        let end_of_frame = bits.flag()?;
        let template_id = bits.bits(6)? as u8;
        let frame_number = bits.bits(16)? as u16;
        let mut flags = Flags::default();
        let mut fresh = None;
        let mut targets = None;
        if descriptor.len() > 3 {
            flags = Flags::read(&mut bits)?;
            if flags.structure {
                fresh = Some(Structure::read(&mut bits)?);
            }
            let structure = fresh.as_ref().or(self.structure.as_ref())?;
            if flags.active_targets {
                targets = Some(bits.bits(structure.decode_targets.into())?);
            } else if fresh.is_some() {
                targets = Some(structure.all_targets());
            }
        }
        let structure = fresh.as_ref().or(self.structure.as_ref())?;
        let template = structure.template(template_id)?;
        let custom = custom_dtis(&flags, structure, &mut bits)?;
        let dtis = custom.as_deref().unwrap_or(&template.dtis);
        skip_custom(&flags, structure, &mut bits)?;
        let frame = FrameInfo {
            frame_number,
            start_of_frame,
            end_of_frame,
            keyframe: fresh.is_some(),
            spatial: template.spatial,
            temporal: template.temporal,
            reach: targets_of(structure, dtis, |dti| dti != Dti::NotPresent)
                .map(|(spatial, _)| spatial)
                .fold(template.spatial, u8::max),
            switch_up_to: targets_of(structure, dtis, |dti| dti == Dti::Switch)
                .map(|(_, temporal)| temporal)
                .fold(0, u8::max),
            discardable: dtis
                .iter()
                .all(|dti| matches!(dti, Dti::Discardable | Dti::NotPresent)),
            active_targets: targets.unwrap_or(self.active_targets),
        };
        self.active_targets = frame.active_targets;
        if let Some(structure) = fresh {
            self.structure = Some(structure);
        }
        Some(frame)
    }

    /// The structure of the last key frame.
    #[must_use]
    pub fn structure(&self) -> Option<&Structure> {
        self.structure.as_ref()
    }
}

/// The layers of the decode targets to which the frame is such a thing.
fn targets_of<'a>(
    structure: &'a Structure,
    dtis: &'a [Dti],
    wanted: impl Fn(Dti) -> bool + 'a,
) -> impl Iterator<Item = (u8, u8)> + 'a {
    let targets = dtis
        .iter()
        .enumerate()
        .filter(move |&(_, &dti)| wanted(dti));
    targets.map(|(target, _)| structure.layers_of_target(target))
}

/// Which optional parts follow.
#[derive(Clone, Copy, Debug, Default)]
struct Flags {
    structure: bool,
    active_targets: bool,
    dtis: bool,
    frame_diffs: bool,
    chains: bool,
}

impl Flags {
    fn read(bits: &mut BitReader<'_>) -> Option<Self> {
        Some(Self {
            structure: bits.flag()?,
            active_targets: bits.flag()?,
            dtis: bits.flag()?,
            frame_diffs: bits.flag()?,
            chains: bits.flag()?,
        })
    }
}

/// What this frame is to each target, where it differs from its template.
fn custom_dtis(
    flags: &Flags,
    structure: &Structure,
    bits: &mut BitReader<'_>,
) -> Option<Option<Vec<Dti>>> {
    match flags.dtis {
        false => Some(None),
        true => {
            let dtis = (0..structure.decode_targets)
                .map(|_| Dti::read(bits))
                .collect::<Option<_>>()?;
            Some(Some(dtis))
        }
    }
}

/// Reads over what this frame refers to, where it differs from its template, so that a descriptor that
/// is cut off there is refused.
fn skip_custom(flags: &Flags, structure: &Structure, bits: &mut BitReader<'_>) -> Option<()> {
    if flags.frame_diffs {
        while let width @ 1.. = bits.bits(2)? {
            bits.bits(width as usize * 4)?;
        }
    }
    if flags.chains {
        for _ in 0..structure.chains {
            bits.bits(8)?;
        }
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_key_frame_brings_the_structure_that_later_packets_refer_to() {
        let mut state = DependencyState::default();
        assert_eq!(state.resolve(&[0xc1, 0, 1]), None);

        let key = state.resolve(&l1t2_key_frame()).expect("well formed");
        let delta = state.resolve(&[0xc1, 0, 2]).expect("known template");

        assert!(key.keyframe && key.start_of_frame && key.end_of_frame);
        assert_eq!(
            (key.spatial, key.temporal, key.active_targets),
            (0, 0, 0b11)
        );
        assert_eq!(
            (delta.temporal, delta.frame_number, delta.keyframe),
            (1, 2, false)
        );
        assert!(delta.discardable && !key.discardable);
        assert_eq!((key.switch_up_to, key.reach), (1, 0));
    }

    #[test]
    fn a_structure_that_is_cut_off_leaves_the_old_one() {
        let mut state = DependencyState::default();
        let whole = l1t2_key_frame();
        state.resolve(&whole).expect("well formed");
        let before = state.structure().cloned();

        for len in 4..whole.len() - 1 {
            assert_eq!(state.resolve(&whole[..len]), None, "{len} bytes");
        }

        assert_eq!(state.structure().cloned(), before);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(512))]

        #[test]
        fn any_bytes_resolve_or_not(descriptors in proptest::collection::vec(proptest::collection::vec(any::<u8>(), 0..64), 1..6)) {
            let mut state = DependencyState::default();
            for mut descriptor in descriptors {
                if descriptor.len() > 3 {
                    descriptor[3] |= 0x80;
                }
                state.resolve(&descriptor);
            }
        }
    }

    /// One spatial layer, two temporal ones, two decode targets, one chain.
    fn l1t2_key_frame() -> Vec<u8> {
        let mut bits = String::new();
        bits += "11000000"; // start, end, template 0
        bits += "0000000000000001"; // frame 1
        bits += "10000"; // structure only
        bits += "000000"; // offset 0
        bits += "00001"; // two targets
        bits += "01"; // next temporal
        bits += "11"; // end of layers
        bits += "1010"; // template 0: switch, switch
        bits += "0001"; // template 1: not present, discardable
        bits += "0"; // template 0 refers to nothing
        bits += "100000"; // template 1 refers one frame back
        bits += "10"; // one chain; which of one protects a target takes no bits
        bits += "0000"; // template 0: chain begins
        bits += "0001"; // template 1: one back
        bits += "0"; // no resolutions
        while !bits.len().is_multiple_of(8) {
            bits.push('0');
        }
        let bytes: Vec<char> = bits.chars().collect();
        bytes
            .chunks(8)
            .map(|byte| {
                byte.iter()
                    .fold(0, |value, &bit| value << 1 | u8::from(bit == '1'))
            })
            .collect()
    }
}
