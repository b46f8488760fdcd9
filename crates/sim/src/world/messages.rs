//! What an application does with messages.

use control::{
    ConsumeDataOptions, DataConsumerEvent, DataConsumerId, DataProducerId, Notification,
    ProduceDataOptions, Request, SctpStreamParameters, TransportCall, TransportId,
};

use crate::world::object::{PeerId, World};

impl World {
    /// An endpoint opens a channel and sends on it.
    pub fn produce_data(&mut self, peer: PeerId, stream: SctpStreamParameters) -> DataProducerId {
        let now = self.now;
        self.peer_mut(peer).open_channel(now, &stream);
        let transport = self.transport(peer);
        self.produce_data_on(&transport, Some(stream))
    }

    /// An endpoint opens a channel and gets on it what another sends.
    pub fn consume_data(
        &mut self,
        peer: PeerId,
        producer: &DataProducerId,
        stream: SctpStreamParameters,
    ) -> DataConsumerId {
        let now = self.now;
        self.peer_mut(peer).open_channel(now, &stream);
        let transport = self.transport(peer);
        self.consume_data_on(&transport, producer, Some(stream), &[])
    }

    /// A data producer on a transport of the first host.
    pub fn produce_data_on(
        &mut self,
        transport: &TransportId,
        stream: Option<SctpStreamParameters>,
    ) -> DataProducerId {
        let id = DataProducerId::from(self.name("data-producer"));
        let options = ProduceDataOptions {
            id: id.clone(),
            sctp_stream_parameters: stream,
            label: String::new(),
            protocol: String::new(),
            paused: false,
        };
        let call = TransportCall::ProduceData(options);
        self.request(Request::Transport(transport.clone(), call));
        id
    }

    /// A data consumer on a transport of the first host.
    pub fn consume_data_on(
        &mut self,
        transport: &TransportId,
        producer: &DataProducerId,
        stream: Option<SctpStreamParameters>,
        subchannels: &[u16],
    ) -> DataConsumerId {
        let id = DataConsumerId::from(self.name("data-consumer"));
        let options = ConsumeDataOptions {
            id: id.clone(),
            data_producer_id: producer.clone(),
            sctp_stream_parameters: stream,
            label: String::new(),
            protocol: String::new(),
            paused: false,
            subchannels: subchannels.to_vec(),
        };
        let call = TransportCall::ConsumeData(options);
        self.request(Request::Transport(transport.clone(), call));
        id
    }

    /// What the first host told of a data consumer.
    #[must_use]
    pub fn data_events(&self, consumer: &DataConsumerId) -> Vec<DataConsumerEvent> {
        let told = self.host(0).notifications().iter();
        told.filter_map(|(_, notification)| match notification {
            Notification::DataConsumer(id, event) if id == consumer => Some(event.clone()),
            _ => None,
        })
        .collect()
    }

    /// The application tells the first host something.
    pub fn command(&mut self, command: control::Command) {
        let now = self.now;
        self.hosts[0].command(now, command);
    }
}
