/**
 * Pipes: what is produced in one router can be consumed in another.
 *
 *   producer → pipe consumer ~~ pair of pipe transports ~~ pipe producer → consumers
 *
 * Two routers share one pair, whoever asked first. Each end follows the other one: closing either
 * transport closes both, and so it is with what goes through them.
 */

import type { ConsumerImpl } from './Consumer';
import type { DataConsumerImpl } from './DataConsumer';
import type { DataProducerImpl } from './DataProducer';
import { NotFoundError } from './errors';
import { Logger } from './logger';
import type { PipeTransportImpl } from './PipeTransport';
import type { ProducerImpl } from './Producer';
import type { RouterImpl } from './Router';
import type { PipeTransportOptions } from './types/pipeTransport';
import type { PipeToRouterOptions, PipeToRouterResult } from './types/router';

const logger = new Logger('Router');

/** Both ends, as one of the routers sees them. */
export type PipePair = { local: PipeTransportImpl; remote: PipeTransportImpl };

/** See `Router.pipeToRouter()`. */
export async function pipeToRouter(
	from: RouterImpl<any>,
	options: PipeToRouterOptions,
): Promise<PipeToRouterResult> {
	const { producerId, dataProducerId, keepId = true } = options;
	const to = checkedTarget(from, options);
	const producer = producerId ? from.producerById(producerId) : undefined;
	const dataProducer = dataProducerId ? from.dataProducerById(dataProducerId) : undefined;
	if (!producer && !dataProducer) {
		throw new NotFoundError(
			producerId ? `there is no producer ${producerId}` : `there is no data producer ${dataProducerId}`,
		);
	}
	const pair = await pairOf(from, to, transportOptions(options));
	return producer
		? pipeProducer(pair, producer, keepId ? producer.id : undefined)
		: pipeDataProducer(pair, dataProducer!, keepId ? dataProducer!.id : undefined);
}

function checkedTarget(from: RouterImpl<any>, options: PipeToRouterOptions): RouterImpl<any> {
	if (options.listenInfo && options.listenIp) {
		throw new TypeError('listenInfo and listenIp exclude each other');
	}
	if (!options.producerId && !options.dataProducerId) {
		throw new TypeError('producerId or dataProducerId must be given');
	}
	if (options.producerId && options.dataProducerId) {
		throw new TypeError('producerId and dataProducerId exclude each other');
	}
	if (!options.router) {
		throw new TypeError('router: must be given');
	}
	if ((options.router as unknown) === from) {
		throw new TypeError('router: must be another one');
	}
	return options.router as unknown as RouterImpl<any>;
}

function transportOptions(options: PipeToRouterOptions): PipeTransportOptions {
	const { producerId: _, dataProducerId: __, router: ___, keepId: ____, ...rest } = options;
	const isListenGiven = rest.listenInfo ?? rest.listenIp;
	return {
		enableSctp: true,
		...rest,
		...(isListenGiven ? {} : { listenInfo: { protocol: 'udp', ip: '127.0.0.1' } }),
	} as PipeTransportOptions;
}

/** The pair of two routers. Whoever comes first creates it; all others wait for that. */
function pairOf(
	from: RouterImpl<any>,
	to: RouterImpl<any>,
	options: PipeTransportOptions,
): Promise<PipePair> {
	const known = from.pipePairs.get(to.id);
	if (known) {
		return known;
	}
	const creation = createPair(from, to, options);
	const mirrored = creation.then(({ local, remote }) => ({ local: remote, remote: local }));
	from.pipePairs.set(to.id, creation);
	to.pipePairs.set(from.id, mirrored);
	const forget = () => {
		forgetPair(from, to, creation);
		forgetPair(to, from, mirrored);
	};
	creation.then(({ local, remote }) => link(local, remote, forget), forget);
	// Nobody may be waiting at that end; whoever waits gets his own rejection.
	mirrored.catch(() => {});
	return creation;
}

/** A later pair may be in its place already. */
function forgetPair(of: RouterImpl<any>, to: RouterImpl<any>, pair: Promise<PipePair>): void {
	if (of.pipePairs.get(to.id) === pair) {
		of.pipePairs.delete(to.id);
	}
}

/** Two transports, connected to each other; if that fails, none. */
async function createPair(
	from: RouterImpl<any>,
	to: RouterImpl<any>,
	options: PipeTransportOptions,
): Promise<PipePair> {
	const created = await Promise.allSettled([
		from.createPipeTransport(options),
		to.createPipeTransport(options),
	]);
	const transports = created.flatMap((outcome) =>
		outcome.status === 'fulfilled' ? [outcome.value as PipeTransportImpl] : [],
	);
	try {
		const failure = created.find((outcome) => outcome.status === 'rejected');
		if (failure) {
			throw failure.reason;
		}
		const [local, remote] = transports as [PipeTransportImpl, PipeTransportImpl];
		await Promise.all([connect(local, remote), connect(remote, local)]);
		return { local, remote };
	} catch (error) {
		for (const transport of transports) {
			transport.close();
		}
		throw error;
	}
}

function connect(transport: PipeTransportImpl, other: PipeTransportImpl): Promise<void> {
	const { localAddress, localPort } = other.tuple;
	return transport.connect({
		ip: localAddress,
		port: localPort,
		srtpParameters: other.srtpParameters!,
	});
}

function link(local: PipeTransportImpl, remote: PipeTransportImpl, forget: () => void): void {
	const closeBoth = () => {
		local.close();
		remote.close();
		forget();
	};
	local.observer.on('close', closeBoth);
	remote.observer.on('close', closeBoth);
	if (local.closed || remote.closed) {
		closeBoth();
	}
}

async function pipeProducer(
	{ local, remote }: PipePair,
	producer: ProducerImpl,
	id: string | undefined,
): Promise<PipeToRouterResult> {
	let consumer: ConsumerImpl | undefined;
	let piped: ProducerImpl | undefined;
	try {
		consumer = (await local.consume({ producerId: producer.id })) as ConsumerImpl;
		piped = (await remote.produce({
			...(id ? { id } : {}),
			kind: consumer.kind,
			rtpParameters: consumer.rtpParameters,
			paused: consumer.producerPaused,
			appData: producer.appData,
		})) as ProducerImpl;
		if (producer.closed || consumer.closed) {
			throw new NotFoundError(`producer ${producer.id} was closed meanwhile`);
		}
		await follow(piped, producer.paused);
		linkMedia(consumer, piped);
		return { pipeConsumer: consumer, pipeProducer: piped };
	} catch (error) {
		consumer?.close();
		piped?.close();
		throw error;
	}
}

function linkMedia(consumer: ConsumerImpl, piped: ProducerImpl): void {
	const logFailure = (error: Error) => logger.debug(`pipe producer does not follow: ${error}`);
	consumer.observer.on('close', () => piped.close());
	consumer.observer.on('pause', () => void piped.pause().catch(logFailure));
	consumer.observer.on('resume', () => void piped.resume().catch(logFailure));
	piped.observer.on('close', () => consumer.close());
}

/** The pause state may have changed while the other end was made. */
async function follow(piped: ProducerImpl, isPaused: boolean): Promise<void> {
	if (piped.paused !== isPaused) {
		await (isPaused ? piped.pause() : piped.resume());
	}
}

async function pipeDataProducer(
	{ local, remote }: PipePair,
	dataProducer: DataProducerImpl,
	id: string | undefined,
): Promise<PipeToRouterResult> {
	let consumer: DataConsumerImpl | undefined;
	let piped: DataProducerImpl | undefined;
	try {
		consumer = (await local.consumeData({ dataProducerId: dataProducer.id })) as DataConsumerImpl;
		piped = (await remote.produceData({
			...(id ? { id } : {}),
			sctpStreamParameters: consumer.sctpStreamParameters!,
			label: consumer.label,
			protocol: consumer.protocol,
			appData: dataProducer.appData,
		})) as DataProducerImpl;
		if (dataProducer.closed || consumer.closed) {
			throw new NotFoundError(`data producer ${dataProducer.id} was closed meanwhile`);
		}
		const ends = { consumer, piped };
		consumer.observer.on('close', () => ends.piped.close());
		piped.observer.on('close', () => ends.consumer.close());
		return { pipeDataConsumer: consumer, pipeDataProducer: piped };
	} catch (error) {
		consumer?.close();
		piped?.close();
		throw error;
	}
}
