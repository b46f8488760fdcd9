//! Pipes: how the transport to another router comes to be.

use control::{PipeTransportOptions, Refusal, Reply, TransportId};
use ice::SocketId;

use crate::engine::core::Engine;
use crate::transport::{Listener, PipeConfig, PipeTransport, Transport};

impl Engine {
    pub(super) fn create_pipe_transport(
        &mut self,
        (router, id): (usize, TransportId),
        options: PipeTransportOptions,
        bound: Vec<Listener>,
    ) -> Result<Reply, Refusal> {
        self.objects.check_unused(id.as_str())?;
        let own: Vec<SocketId> = bound.iter().map(|socket| socket.socket).collect();
        let socket = bound
            .into_iter()
            .next()
            .ok_or_else(|| Refusal::TypeError("listenInfo is missing".into()))?;
        let config = PipeConfig {
            id: id.clone(),
            socket,
            rtx: options.enable_rtx,
            srtp: options.enable_srtp,
        };
        let transport = PipeTransport::new(config, &mut *self.config.entropy)?;
        let created = transport.created();
        let transport =
            Transport::from(transport).with_sctp(options.sctp, &mut *self.config.entropy);
        let reply = transport.complete(created);
        self.add_transport((router, None), id, transport, own);
        Ok(reply)
    }
}
