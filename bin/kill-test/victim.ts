/** One life of an engine in a process of its own, from its start to its end, and what it leaves running. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { EngineDied } from '../command/explain.ts';
import { descendants, isAlive } from '../command/process-tree.ts';

export interface VictimOptions {
  /** File and arguments, for this Node.js. */
  readonly command: readonly string[];
  /** Where it answers. */
  readonly port: number;
  /** Hears what it sends through a channel of its own. @default it has none */
  readonly onMessage?: (message: unknown) => void;
}

/** A machine with other work on it takes its time. */
const readyLimitMs = 60_000;
const lookAgainMs = 10;

export class Victim {
  readonly #child: ChildProcess;
  readonly #health: string;
  readonly #end: Promise<unknown>;
  /** What it printed, the latest of it. */
  #said = '';

  constructor({ command, port, onMessage }: VictimOptions) {
    this.#child = spawn(process.execPath, command, {
      stdio: ['ignore', 'pipe', 'pipe', ...(onMessage ? (['ipc'] as const) : [])],
    });
    if (onMessage) this.#child.on('message', onMessage);
    this.#health = `http://127.0.0.1:${port}/_local/health`;
    this.#end = once(this.#child, 'exit');
    for (const stream of [this.#child.stdout, this.#child.stderr])
      stream?.on('data', (text: Buffer) => {
        this.#said = `${this.#said}${text}`.slice(-10_000);
      });
  }

  /** Resolves once it answers; rejects when it ends before. */
  async ready(): Promise<void> {
    const latest = performance.now() + readyLimitMs;
    while (performance.now() < latest) {
      this.#expectAlive();
      const answer = await fetch(this.#health).catch(() => undefined);
      await answer?.arrayBuffer();
      if (answer?.status === 200) return;
      await pause(lookAgainMs);
    }
    throw new Error(`the engine did not answer within ${readyLimitMs / 1000} s:\n${this.#said}`);
  }

  /** SIGKILL. Answers the processes it has left behind, once they had a moment to end. */
  async kill(): Promise<number[]> {
    this.#expectAlive();
    const children = childrenOf(this.#child.pid);
    this.#child.kill('SIGKILL');
    await this.#end;
    return stillAlive(children);
  }

  /** Ctrl-C. Rejects when it does not end well. */
  async interrupt(): Promise<void> {
    this.#expectAlive();
    this.#child.kill('SIGINT');
    await this.#end;
    if (this.#child.exitCode !== 0)
      throw new Error(`the engine ended with ${this.#child.exitCode}:\n${this.#said}`);
  }

  /** When the test itself ends early. */
  destroy(): void {
    this.#child.kill('SIGKILL');
  }

  #expectAlive(): void {
    const { exitCode, signalCode } = this.#child;
    if (exitCode === null && signalCode === null) return;
    throw new EngineDied(`The engine ended by itself (${exitCode ?? signalCode}):\n${this.#said}`);
  }
}

const orphanLimitMs = 2000;

async function stillAlive(pids: readonly number[]): Promise<number[]> {
  const latest = performance.now() + orphanLimitMs;
  while (pids.some(isAlive) && performance.now() < latest) await pause(lookAgainMs);
  return pids.filter(isAlive);
}

/** Elsewhere than on Linux nothing is known. */
function childrenOf(pid: number | undefined): number[] {
  try {
    return pid === undefined ? [] : descendants(pid);
  } catch {
    return [];
  }
}
