/**
 * A way to break a run at a site. Kinds have the letters of the charter: B error before the effect, L
 * effect done and answer lost, C crash, T timeout with the callee still running, D duplicate, R reorder
 * or delay, H throttle or conflict, P poison, S stale read, K clock skew.
 */
import type { Call } from '../gateway/gateway.ts';
import type { EngineRequest, EngineResponse } from '../http-api/client.ts';
import type { Kernel } from '../kernel/kernel.ts';
import type { InvokeOutcome } from '../lambda/invoker.ts';
import type { Invocation, Twist } from '../lambda/lambda-host.ts';
import type { AtWork } from '../lambda/stray-rejections.ts';
import type { Site } from './site.ts';

export type Letter = 'B' | 'L' | 'C' | 'T' | 'D' | 'R' | 'H' | 'P' | 'S' | 'K';

interface Kind {
  /** Letter first: `Lx`, `T20m`. */
  readonly id: string;
  readonly letter: Letter;
  /** What it does, for reports. */
  readonly title: string;
  appliesTo(site: Site): boolean;
}

/** What a fault can do besides failing the one thing it meets. */
export interface Means {
  readonly kernel: Kernel;
  /** Nothing of the environment's present invocation arrives any more. */
  cutOff(environment: AtWork): void;
  /** Wherever a record of the function is delivered, the other one comes with it until both are handled. */
  accompany(functionName: string, recordId: string, other: object): void;
  /** Something of this fault is still to come; the run is not over before it. */
  later(delayMs: number, label: string, run: () => Promise<unknown>): void;
  /** What a read would have answered before the last writes to what it reads. */
  stale(call: Call, answer: object): object;
  /** Timeout of a function, in ms. */
  timeoutOf(functionName: string): number;
}

export interface CallFault extends Kind {
  readonly what: 'call';
  /** All it does is to change an answer; one that it leaves as it is was not struck. @default false */
  readonly changesOnlyAnswer?: boolean;
  strike(
    met: {
      readonly call: Call;
      readonly next: () => Promise<object>;
      readonly environment: AtWork;
    },
    means: Means,
  ): Promise<object>;
}

export interface DeliveryFault extends Kind {
  readonly what: 'delivery';
  strike(
    met: {
      readonly invocation: Invocation;
      readonly next: (twist?: Twist) => Promise<InvokeOutcome>;
    },
    means: Means,
  ): Promise<InvokeOutcome>;
}

export interface RequestFault extends Kind {
  readonly what: 'request';
  /** Undefined: the client gets no answer. */
  strike(
    met: {
      readonly request: EngineRequest;
      readonly send: (request: EngineRequest) => Promise<EngineResponse>;
    },
    means: Pick<Means, 'kernel' | 'later'>,
  ): Promise<EngineResponse | undefined>;
}

export interface EventFault extends Kind {
  readonly what: 'event';
  strike(met: { readonly publish: () => void }, means: Means): void;
}

export type FaultKind = CallFault | DeliveryFault | RequestFault | EventFault;
