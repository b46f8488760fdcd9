//! What all requests share.

use brodo::{ListenInfo, WebRtcServer};

use crate::rooms::Rooms;

/// What all requests share.
#[derive(Debug)]
pub struct App {
    pub(crate) rooms: Rooms,
    pub(crate) webrtc_server: WebRtcServer,
    pub(crate) plain_listen_info: ListenInfo,
}

impl App {
    pub fn rooms(&self) -> &Rooms {
        &self.rooms
    }

    pub fn webrtc_server(&self) -> &WebRtcServer {
        &self.webrtc_server
    }

    pub fn plain_listen_info(&self) -> ListenInfo {
        self.plain_listen_info.clone()
    }
}
