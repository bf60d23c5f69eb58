/** The way between clients and the engine, on which requests get lost, late, torn or doubled. */
import type { RequestFault } from '../../local/explorer/fault-kind.ts';
import type { EngineRequest } from '../../local/http-api/client.ts';
import { seededRandom } from '../../local/kernel/random.ts';
import { RealKernel } from '../../local/kernel/real-kernel.ts';
import type { Send } from './desk.ts';
import { nameOf, requestKinds } from './fault-kinds.ts';
import { type Episode, faultPlan } from './fault-plan.ts';

/** One request in so many does not come through as it should. */
const share = 0.05;

const kernel = new RealKernel();
const means: Parameters<RequestFault['strike']>[1] = {
  kernel,
  later: (delayMs, label, run) =>
    void kernel.after(delayMs, label, () => void run().catch(unlessNoAnswer)),
};

export class RoughWay {
  readonly #send: Send;
  readonly #random: () => number;
  readonly #onFault: (name: string) => void;
  readonly #plan: Generator<Episode, never>;
  #due: RequestFault;
  #isSmooth = false;

  constructor(send: Send, seed: number, onFault: (name: string) => void) {
    this.#send = send;
    this.#random = seededRandom(seed);
    this.#onFault = onFault;
    this.#plan = faultPlan(seed, requestKinds.map(nameOf));
    this.#due = this.#next();
  }

  /** From now on every request comes through. */
  smooth(): void {
    this.#isSmooth = true;
  }

  readonly send: Send = async (request) => {
    const kind = this.#kindFor(request);
    if (!kind) return this.#send(request);
    this.#onFault(nameOf(kind));
    // What gets no answer on this way gets none at its end either.
    const send = async (each: EngineRequest) => {
      const answer = await this.#send(each);
      if (answer) return answer;
      throw new NoAnswer();
    };
    return kind.strike({ request, send }, means).catch(unlessNoAnswer);
  };

  /** Every kind in its turn, at the first request that it fits. */
  #kindFor({ method = 'GET', path }: EngineRequest): RequestFault | undefined {
    const what = { what: 'request', actor: 'client', source: 'client' } as const;
    const site = { ...what, id: path, action: method, place: path, path, edge: path };
    const isDue = !this.#isSmooth && this.#random() < share && this.#due.appliesTo(site);
    if (!isDue) return undefined;
    const kind = this.#due;
    this.#due = this.#next();
    return kind;
  }

  #next(): RequestFault {
    const { kind } = this.#plan.next().value;
    return requestKinds.find((each) => nameOf(each) === kind) as RequestFault;
  }
}

class NoAnswer extends Error {
  override readonly name = 'NoAnswer';
}

function unlessNoAnswer(error: unknown): undefined {
  if (error instanceof NoAnswer) return undefined;
  throw error;
}
