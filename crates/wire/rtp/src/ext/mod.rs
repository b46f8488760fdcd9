//! Header extensions: which there are, which id each has, what is in them.

mod kind;
mod map;
mod values;

pub use kind::Extension;
pub use map::ExtensionMap;
pub use values::{AbsCaptureTime, AbsSendTime, AudioLevel, PlayoutDelay, VideoOrientation};
