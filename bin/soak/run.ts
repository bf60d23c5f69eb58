/** One soak: lives and deaths of a faulty engine under load, a calm last life, and the checks. */
import { fileURLToPath } from 'node:url';
import { createEngine } from '../../local/engine.ts';
import { freePort } from '../../local/free-port.ts';
import { seededRandom } from '../../local/kernel/random.ts';
import { createProgress } from '../command/progress.ts';
import { latencies, round } from '../demo/measurements.ts';
import { attempt, httpShop } from '../kill-test/http-shop.ts';
import { Lives } from '../kill-test/lives.ts';
import type { Setup } from '../kill-test/own-folder.ts';
import { noOrphans } from '../kill-test/run.ts';
import { Victim } from '../kill-test/victim.ts';
import { checkAll } from './checks.ts';
import type { FaultyEngineSettings } from './faulty-engine.ts';
import { Load } from './load.ts';
import { type News, troubleIn } from './news.ts';
import type { Options } from './options.ts';
import type { SoakReport } from './report.ts';
import { comeToRest } from './rest.ts';
import { RoughWay } from './rough-way.ts';
import { Tally } from './tally.ts';
import { tokensFrom } from './tokens.ts';

const engineFile = fileURLToPath(new URL('./faulty-engine.ts', import.meta.url));
const shortestLifeMs = 20_000;
const longestLifeMs = 60_000;
/** For the last answers. */
const patienceMs = 5 * 60_000;
/** At the end there is still load, and no fault any more. */
const calmShare = 0.25;
const longestCalmMs = 60_000;

/** Rejects when an engine ends by itself, or when it is interrupted; no process is left then. */
export async function runSoak(
  options: Options,
  setup: Setup,
  signal: AbortSignal,
): Promise<SoakReport> {
  const port = await freePort();
  const soak = new Soak(options, setup, port);
  const lives = new Lives({ port, spawn: () => soak.spawn(), signal });
  return lives.during(() => soak.run(lives, signal));
}

class Soak {
  readonly #options: Options;
  readonly #setup: Setup;
  readonly #port: number;
  readonly #random: () => number;
  readonly #tally = new Tally();
  #isCalm = false;
  #kills = 0;

  constructor(options: Options, setup: Setup, port: number) {
    this.#options = options;
    this.#setup = setup;
    this.#port = port;
    this.#random = seededRandom(options.seed);
  }

  /** Each life has its own faults. */
  spawn(): Victim {
    const seed = this.#isCalm ? null : this.#options.seed + this.#kills;
    const settings: FaultyEngineSettings = { ...this.#setup, port: this.#port, seed };
    return new Victim({
      command: [engineFile, JSON.stringify(settings)],
      port: this.#port,
      onMessage: (news) => this.#tally.hear(news as News),
    });
  }

  async run(lives: Lives, signal: AbortSignal): Promise<SoakReport> {
    const { seed, minutes, clients } = this.#options;
    const { origin } = lives;
    await lives.begin();
    const onFault = (name: string) => this.#tally.hear({ faults: { [name]: 1 } });
    const way = new RoughWay((request) => attempt(origin, request), seed, onFault);
    const { send } = way;
    const load = new Load({ clients, seed, signal, send, tokenOf: tokensFrom(httpShop(origin)) });
    await load.stockUp();
    const stop = this.#showProgress(load);
    const loading = load.run();
    // An engine that fails stops the soak, and so do clients that fail.
    await Promise.race([this.#liveAndDie(lives, way), loading.then(tooEarly)]);
    load.finish();
    await Promise.race([loading, lives.pause(patienceMs).then(() => tooLate(lives))]);
    stop();
    await lives.endWell();
    const endedAt = performance.now();
    const { checks, outcomes } = await this.#end(load);
    const { faults } = this.#tally;
    return {
      ...{ seed, minutes, clients, outcomes, faults },
      requests: countOutcomes(load),
      kills: this.#kills,
      ready: latencies(lives.readyMs),
      restSeconds: round((performance.now() - endedAt) / 1000),
      checks: [...checks, noOrphans(lives.orphans), ...this.#tally.checks(minutes, this.#kills)],
    };
  }

  async #liveAndDie(lives: Lives, way: RoughWay): Promise<void> {
    const wholeMs = this.#options.minutes * 60_000;
    const endMs = performance.now() + wholeMs;
    const calmMs = endMs - Math.min(longestCalmMs, calmShare * wholeMs);
    while (!this.#isCalm) {
      const lifeMs = shortestLifeMs + this.#random() * (longestLifeMs - shortestLifeMs);
      const leftMs = Math.max(0, calmMs - performance.now());
      await lives.killAfter(Math.min(lifeMs, leftMs));
      this.#kills++;
      this.#isCalm = lifeMs >= leftMs;
      if (this.#isCalm) way.smooth();
      await lives.begin();
    }
    await lives.pause(Math.max(0, endMs - performance.now()));
  }

  /** In this process, on what is in the folder: the checks read tables, queues and executions. */
  async #end(load: Load) {
    const tell = (trouble: string | undefined) =>
      void (trouble !== undefined && this.#tally.hear({ trouble }));
    const engine = await createEngine({
      ...this.#setup,
      kernel: 'real',
      onLog: ({ functionName, line }) => tell(troubleIn(functionName, line)),
    });
    try {
      await comeToRest(engine);
      return await checkAll(engine, load.operations);
    } finally {
      await engine.stop();
    }
  }

  #showProgress(load: Load): () => void {
    const { minutes } = this.#options;
    const startedAt = performance.now();
    const progress = createProgress('soaking', minutes * 60);
    const timer = setInterval(() => {
      const seconds = Math.floor((performance.now() - startedAt) / 1000);
      progress.update(Math.min(seconds, minutes * 60), this.#note(load));
    }, 500);
    return () => {
      clearInterval(timer);
      progress.finish();
    };
  }

  #note({ accepted }: Load): string {
    const faults = Object.entries(this.#tally.faults)
      .sort(([, a], [, b]) => a - b)
      .map(([name, count]) => `${count} ${name}`);
    return `s, ${accepted} orders, ${this.#kills} kills, ${faults.join(', ')}`;
  }
}

function tooEarly(): never {
  throw new Error('the clients ended before they were told to');
}

/** An engine that has ended by itself says so first. */
async function tooLate(lives: Lives): Promise<never> {
  await lives.endWell();
  throw new Error(`clients had no answer ${patienceMs / 60_000} min after the last fault`);
}

function countOutcomes({ operations }: Load): SoakReport['requests'] {
  const count = (wanted: string) => operations.filter(({ outcome }) => outcome === wanted).length;
  return { ok: count('ok'), fail: count('fail'), info: count('info') };
}
