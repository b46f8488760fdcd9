//! The template dependency structure (A.8.3).

use crate::bits::BitReader;

/// Templates have ids of six bits.
pub const TEMPLATES_MAX: usize = 64;

/// What a frame is to a decode target (A.4).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dti {
    /// Not needed for it.
    NotPresent,
    /// Needed, but nothing later needs this frame.
    Discardable,
    /// Needed, and one can switch to the target here.
    Switch,
    /// Needed.
    Required,
}

impl Dti {
    pub(super) fn read(bits: &mut BitReader<'_>) -> Option<Self> {
        Some(match bits.bits(2)? {
            0 => Self::NotPresent,
            1 => Self::Discardable,
            2 => Self::Switch,
            _ => Self::Required,
        })
    }
}

/// What frames of one kind have in common.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Template {
    /// Spatial layer.
    pub spatial: u8,
    /// Temporal layer.
    pub temporal: u8,
    /// What it is to each decode target.
    pub dtis: Vec<Dti>,
    /// How many frames back each frame lies that it refers to.
    pub frame_diffs: Vec<u16>,
    /// How many frames back each chain's last frame lies; 0 for none.
    pub chain_diffs: Vec<u8>,
}

/// What a key frame says of the frames behind it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Structure {
    /// The id of the first template.
    pub template_id_offset: u8,
    /// 1 to 32.
    pub decode_targets: u8,
    /// Spatial and temporal layer of each decode target.
    pub target_layers: Vec<(u8, u8)>,
    /// At least one, at most 64.
    pub templates: Vec<Template>,
    /// How many chains.
    pub chains: u8,
    /// Which chain protects each decode target.
    pub protected_by: Vec<u8>,
    /// Width and height of each spatial layer, if told.
    pub resolutions: Vec<(u32, u32)>,
}

/// One packet's frame, resolved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FrameInfo {
    /// The frame's number, 16 bits.
    pub frame_number: u16,
    /// The first packet of it.
    pub start_of_frame: bool,
    /// The last packet of it.
    pub end_of_frame: bool,
    /// It brought a structure.
    pub keyframe: bool,
    /// Spatial layer.
    pub spatial: u8,
    /// Temporal layer.
    pub temporal: u8,
    /// The highest spatial layer that needs this frame.
    pub reach: u8,
    /// The highest temporal layer that one can switch to here; 0 if to none.
    pub switch_up_to: u8,
    /// Nothing later needs it.
    pub discardable: bool,
    /// The decode targets that are still sent, one bit each.
    pub active_targets: u32,
}

impl Structure {
    /// Reads it; `None` if it is cut off or contradicts itself.
    pub(super) fn read(bits: &mut BitReader<'_>) -> Option<Self> {
        let template_id_offset = bits.bits(6)? as u8;
        let decode_targets = bits.bits(5)? as u8 + 1;
        let mut templates = read_layers(bits)?;
        for template in &mut templates {
            template.dtis = (0..decode_targets)
                .map(|_| Dti::read(bits))
                .collect::<Option<_>>()?;
        }
        for template in &mut templates {
            while bits.flag()? {
                template.frame_diffs.push(bits.bits(4)? as u16 + 1);
            }
        }
        let chains = bits.non_symmetric(u32::from(decode_targets) + 1)? as u8;
        let mut protected_by = Vec::new();
        if chains > 0 {
            protected_by = (0..decode_targets)
                .map(|_| bits.non_symmetric(chains.into()).map(|chain| chain as u8))
                .collect::<Option<_>>()?;
            for template in &mut templates {
                template.chain_diffs = (0..chains)
                    .map(|_| bits.bits(4).map(|diff| diff as u8))
                    .collect::<Option<_>>()?;
            }
        }
        let mut resolutions = Vec::new();
        if bits.flag()? {
            let layers = templates.iter().map(|template| template.spatial).max()? + 1;
            resolutions = (0..layers)
                .map(|_| Some((bits.bits(16)? + 1, bits.bits(16)? + 1)))
                .collect::<Option<_>>()?;
        }
        let target_layers = (0..usize::from(decode_targets))
            .map(|target| layers_within(&templates, target))
            .collect();
        Some(Self {
            template_id_offset,
            decode_targets,
            target_layers,
            templates,
            chains,
            protected_by,
            resolutions,
        })
    }

    /// The template with this id.
    pub fn template(&self, id: u8) -> Option<&Template> {
        let index = (id + 64 - self.template_id_offset) % 64;
        self.templates.get(usize::from(index))
    }

    /// The spatial and temporal layer that a decode target goes up to: those of the highest templates
    /// in it.
    #[must_use]
    pub fn layers_of_target(&self, target: usize) -> (u8, u8) {
        self.target_layers.get(target).copied().unwrap_or_default()
    }

    /// All decode targets.
    pub fn all_targets(&self) -> u32 {
        u32::MAX >> (32 - u32::from(self.decode_targets.clamp(1, 32)))
    }
}

/// The layers of the highest templates in a decode target.
fn layers_within(templates: &[Template], target: usize) -> (u8, u8) {
    let within = templates.iter().filter(|template| {
        let dti = template.dtis.get(target);
        dti.is_some_and(|dti| *dti != Dti::NotPresent)
    });
    within.fold((0, 0), |(spatial, temporal), template| {
        (
            spatial.max(template.spatial),
            temporal.max(template.temporal),
        )
    })
}

/// The layers of the templates, in order: same, next temporal, next spatial, or the end.
fn read_layers(bits: &mut BitReader<'_>) -> Option<Vec<Template>> {
    let (mut spatial, mut temporal) = (0_u8, 0_u8);
    let mut templates = Vec::new();
    loop {
        if templates.len() == TEMPLATES_MAX {
            return None;
        }
        templates.push(Template {
            spatial,
            temporal,
            dtis: Vec::new(),
            frame_diffs: Vec::new(),
            chain_diffs: Vec::new(),
        });
        match bits.bits(2)? {
            0 => {}
            1 => temporal += 1,
            2 => {
                temporal = 0;
                spatial += 1;
            }
            _ => break,
        }
        if temporal > 7 || spatial > 3 {
            return None;
        }
    }
    Some(templates)
}
