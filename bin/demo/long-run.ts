/** What only a long run shows: whether time per order and memory stay as they are. */

import { memoryMb } from '../command/process-tree.ts';
import { round } from './measurements.ts';

/**
 * Resident memory of this process and all below it, clients included: the mean over the first and
 * over the last fifth of the run, and the most; nothing where the system does not tell.
 */
export interface MemoryMb {
  readonly early: number | undefined;
  readonly late: number | undefined;
  readonly peak: number | undefined;
}

const sampleEveryMs = 500;

export function watchMemory(): { stop(): MemoryMb } {
  const samples: number[] = [];
  const sample = () => samples.push(memoryMb(process.pid) ?? Number.NaN);
  sample();
  const timer = setInterval(sample, sampleEveryMs);
  return {
    stop() {
      clearInterval(timer);
      sample();
      return summarize(samples);
    },
  };
}

export function summarize(samples: readonly number[]): MemoryMb {
  const fifth = Math.max(1, Math.floor(samples.length / 5));
  const inMb = (value: number) => (Number.isNaN(value) ? undefined : round(value, 0));
  return {
    early: inMb(mean(samples.slice(0, fifth))),
    late: inMb(mean(samples.slice(-fifth))),
    peak: inMb(Math.max(...samples)),
  };
}

/** From the moments, in ms, in which orders were decided; empty below two thousand orders. */
export function secondsPerThousand(decidedMs: readonly number[]): number[] {
  if (decidedMs.length < 2000) return [];
  const sorted = [...decidedMs].sort((a, b) => a - b);
  const marks = sorted.filter((_, i) => i % 1000 === 0);
  return marks.slice(1).map((at, i) => round((at - (marks[i] ?? at)) / 1000, 2));
}

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;
