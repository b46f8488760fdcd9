/** What processes use, as the kernel counts it. */

import { readFileSync } from 'node:fs';

const TICKS_PER_SECOND = 100;
const PAGE = 4096;
const MEGABYTE = 1 << 20;

/** Resident memory in bytes. */
export function residentBytes(pid) {
	return Number(readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[1]) * PAGE;
}

/** CPU time so far in microseconds, of all its threads. */
export function cpuMicros(pid) {
	const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
	const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
	// utime and stime: proc_pid_stat(5) has them as the 14th and 15th, of which two stand before.
	return ((Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND) * 1e6;
}

/** `12.3` */
export function megabytes(bytes) {
	return (bytes / MEGABYTE).toFixed(1);
}

/** The middle one. */
export function median(figures) {
	return [...figures].sort((a, b) => a - b)[Math.floor(figures.length / 2)];
}
