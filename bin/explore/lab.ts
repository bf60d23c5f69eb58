/**
 * Runs schedules, one after the other, on one warm host: the scenario's story with its faults, in
 * virtual time, watched by every invariant until all is quiet. The same schedule goes the same way,
 * whatever ran before it.
 */
import { createEngine, type Engine } from '../../local/engine.ts';
import type { FaultKind } from '../../local/explorer/fault-kind.ts';
import { faultKind } from '../../local/explorer/fault-kinds.ts';
import { Injector } from '../../local/explorer/injector.ts';
import { type Schedule, scheduleId } from '../../local/explorer/schedule.ts';
import type { Site } from '../../local/explorer/site.ts';
import { staleAnswer } from '../../local/explorer/stale-reads.ts';
import type { VirtualKernel } from '../../local/kernel/virtual-kernel.ts';
import { openWarmHost, type WarmHost } from '../../local/warm-host.ts';
import type { Invariant } from './invariants/invariant.ts';
import { adjusting, pricing } from './requests.ts';
import { scenarioNamed } from './scenarios/all.ts';
import type { Scenario } from './scenarios/scenario.ts';
import { Stage } from './stage.ts';
import { type Violation, Watcher } from './watcher.ts';
import type { Happening } from './world.ts';

export interface RunResult {
  readonly id: string;
  /** In the order in which the run came to them. */
  readonly sites: readonly Site[];
  /** The faults that have struck: of a planned one too late or never met there is none. */
  readonly struck: readonly { readonly site: Site; readonly fault: FaultKind }[];
  readonly violations: readonly Violation[];
  /** Identity of everything that happened. */
  readonly trace: string;
  readonly happenings: readonly Happening[];
  /** Calls that were refused, as the watcher words them. */
  readonly refusals: readonly string[];
}

/** Chooses a fault for a site that no plan names; for swarms. */
export type Swarm = (site: Site) => FaultKind | undefined;

export interface RunOptions {
  /** Chooses faults where the schedule plans none. @default none */
  readonly swarm?: Swarm;
  /** Whether sites carry the state of the world they are met in, which costs. @default false */
  readonly withStates?: boolean;
}

const minute = 60_000;
const hour = 60 * minute;
/** Above the longest zombies, one after the other. */
const quietWithinMs = 14 * 24 * hour;
/** Above the latest duplicate. */
const latestFaultMs = 15 * 24 * hour;
/** A watch over a deadline, and what it begins. */
const watchMs = 16 * minute;
const watches = 2;
const price = 1250;

export class Lab {
  readonly #host: WarmHost;
  readonly #entries: ReadonlyMap<string, string>;
  readonly #places: ReadonlyMap<string, string>;
  readonly #invariants: readonly Invariant[];
  #stocked = '';

  constructor(host: WarmHost, invariants: readonly Invariant[]) {
    this.#host = host;
    this.#invariants = invariants;
    const { functions, tables, queues } = host.model;
    this.#entries = new Map(functions.map(({ name, description }) => [name, description ?? name]));
    this.#places = new Map(
      [...tables, ...queues].map(({ name, logicalId }) => [name, shortName(logicalId)]),
    );
  }

  static async open(assembly: string, invariants: readonly Invariant[]): Promise<Lab> {
    return new Lab(await openWarmHost(assembly), invariants);
  }

  close(): Promise<void> {
    return this.#host.close();
  }

  async run(schedule: Schedule, options: RunOptions = {}): Promise<RunResult> {
    const scenario = scenarioNamed(schedule.scenario);
    await this.#stock(scenario.stock);
    const planned = new Map(
      schedule.faults.map(({ site, fault }) => [site, faultKind(site, fault)]),
    );
    const choose = (site: Site) => planned.get(site.id) ?? options.swarm?.(site);
    const run = await this.#begin(scenario, schedule, { ...options, choose });
    const { engine, watcher } = run;
    await this.#live(scenario, run).catch((error: unknown) =>
      watcher.blame('the run', [String(error)]),
    );
    watcher.blame('policies of the template', [...engine.access.refusals]);
    await engine.stop().catch((error: unknown) => watcher.blame('the engine', [String(error)]));
    const struck = inOrderOf(run.sites, run.struck);
    const faults = struck.map(({ site, fault }) => ({ site: site.id, fault: fault.id }));
    return {
      id: scheduleId({ ...schedule, faults }),
      sites: run.sites,
      struck,
      violations: watcher.violations,
      trace: kernelOf(engine).log.digest(),
      happenings: watcher.happenings,
      refusals: [...watcher.refusals],
    };
  }

  async #live(scenario: Scenario, { engine, watcher, injector, stage }: Run): Promise<void> {
    const kernel = kernelOf(engine);
    await engine.drive(scenario.run(stage)).finally(() => stage.operators.repairAll());
    await this.#settle(engine, injector);
    for (let watch = 0; watch < watches; watch++) {
      await kernel.advance(watchMs);
      await this.#settle(engine, injector);
    }
    await engine.drive(watcher.checkAtRest());
  }

  /** A fault may strike late, and then have something still to come: a duplicate after days. */
  async #settle(engine: Engine, injector: Injector): Promise<void> {
    await engine.quiesce(quietWithinMs);
    while (!injector.isOver) {
      if (!(await kernelOf(engine).until(() => injector.isOver, latestFaultMs)))
        throw new Error(`something of a fault is still to come after ${latestFaultMs} ms`);
      await engine.quiesce(quietWithinMs);
    }
  }

  async #begin(
    scenario: Scenario,
    { seed }: Schedule,
    { choose, withStates }: RunOptions & { choose: (site: Site) => FaultKind | undefined },
  ): Promise<Run> {
    const engine = await this.#engine(seed, (entry) => watcher.noteLog(entry));
    const sites: Site[] = [];
    const struck: Run['struck'] = [];
    const watcher = new Watcher({
      ...{ engine, entryOf: this.#entryOf, placeOf: this.#placeOf, invariants: this.#invariants },
      database: this.#host.database,
      mayPark: scenario.mayPark ?? false,
    });
    const injector = new Injector({
      ...{ engine, entryOf: this.#entryOf, placeOf: this.#placeOf },
      isProvider: (place) => place === 'Sandbox',
      faultAt(site) {
        sites.push(withStates ? { ...site, state: watcher.stateDigest() } : site);
        return choose(site);
      },
      onStrike(site, fault) {
        struck.push({ site, fault });
        watcher.noteFault({ site: site.id, kind: fault.id, atMs: engine.kernel.now() });
        // A client, whatever it sends and however often it fails, has nothing parked.
        if (site.what === 'request') return;
        if (fault.letter === 'P' || isWornOut(site.actor, struck)) watcher.mayPark = true;
      },
      stale: (call, answer) => staleAnswer(watcher, call, answer),
    });
    const stage = new Stage({
      ...{ engine, entryOf: this.#entryOf },
      wire: (request, send) => injector.request(request, send),
      onOperation: (operation) => watcher.noteOperation(operation),
    });
    return { engine, watcher, injector, stage, sites, struck };
  }

  /** Products and stock as operators enter them, once for all scenarios with the same ones. */
  async #stock(stock: Scenario['stock']): Promise<void> {
    const wanted = JSON.stringify(stock);
    if (this.#stocked === wanted) return;
    this.#host.keepNothing();
    const engine = await this.#engine(1, () => {});
    for (const [sku, delta] of Object.entries(stock)) {
      await this.#enter(engine, pricing(sku, price));
      const first = adjusting({ sku, delta, key: `first-${sku}` });
      // Another reason than a story gives, so that no story's adjustment is taken for it.
      if (delta > 0) await this.#enter(engine, { ...first, body: { delta, reason: 'first' } });
    }
    await engine.quiesce(hour);
    await engine.stop();
    this.#host.keepItems();
    this.#stocked = wanted;
  }

  async #enter(engine: Engine, { as: _, ...request }: ReturnType<typeof pricing>): Promise<void> {
    const { status, text } = await engine.drive(
      engine.token('operator', 'operator').then((token) => engine.request({ token, ...request })),
    );
    if (status >= 300) throw new Error(`${request.path} was refused with ${status}: ${text}`);
  }

  #engine(seed: number, onLog: NonNullable<Parameters<typeof createEngine>[0]['onLog']>) {
    return createEngine({
      ...{ assembly: '', host: this.#host, kernel: { seed }, onLog },
      chaos: { repeat: 0, overtakeMs: 0 },
    });
  }

  readonly #entryOf = (functionName: string): string =>
    this.#entries.get(functionName) ?? functionName;

  readonly #placeOf = (name: string): string => this.#places.get(name) ?? name;
}

interface Run {
  readonly engine: Engine;
  readonly watcher: Watcher;
  readonly injector: Injector;
  readonly stage: Stage;
  readonly sites: Site[];
  readonly struck: { readonly site: Site; readonly fault: FaultKind }[];
}

/** A fault that changes an answer is told of after others that struck meanwhile. */
function inOrderOf(sites: readonly Site[], struck: Run['struck']): Run['struck'] {
  const places = new Map(sites.map(({ id }, at) => [id, at]));
  const placeOf = (id: string) => places.get(id) ?? sites.length;
  return struck.toSorted((one, other) => placeOf(one.site.id) - placeOf(other.site.id));
}

/** As many faults at one function as a message has deliveries: it may be given up rightly. */
const mostDeliveries = 5;

const isWornOut = (actor: string, struck: Run['struck']): boolean =>
  struck.filter(({ site }) => site.actor === actor).length >= mostDeliveries;

function kernelOf({ kernel }: Engine): VirtualKernel {
  if (kernel.mode !== 'virtual') throw new Error('schedules are run in virtual time');
  return kernel;
}

/** Without the hash that CDK appends, and without what every table and queue is called. */
const shortName = (logicalId: string): string =>
  logicalId.replace(/[0-9A-F]{8}$/, '').replace(/(Table|Queue)$/, '');
