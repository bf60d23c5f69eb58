/**
 * Stands between functions, clients and services: names every site that a run comes to, and lets the
 * planned faults strike there. A fault strikes once, at the site it is planned for.
 */
import { isDeepStrictEqual } from 'node:util';
import type { Engine } from '../engine.ts';
import { type Call, ConnectionLost } from '../gateway/gateway.ts';
import type { EngineRequest, EngineResponse } from '../http-api/client.ts';
import type { InvokeOutcome } from '../lambda/invoker.ts';
import type { Invocation, Twist } from '../lambda/lambda-host.ts';
import { type AtWork, environmentAtWork } from '../lambda/stray-rejections.ts';
import type { Model } from '../template/model.ts';
import { idOf } from './delivery-faults.ts';
import type { CallFault, FaultKind, Means } from './fault-kind.ts';
import { type Site, SiteNames } from './site.ts';

export interface InjectorSettings {
  readonly engine: Pierced;
  /** The fault that strikes at a site, if any. Asked once for each site, in the order of the run. */
  readonly faultAt: (site: Site) => FaultKind | undefined;
  /** Short name of a function: its entry. */
  readonly entryOf: (functionName: string) => string;
  /** Short name of a table or queue. */
  readonly placeOf: (physicalName: string) => string;
  /** Whether a place, by its short name, is a provider's: a call there is a call of the provider. */
  readonly isProvider: (place: string) => boolean;
  /** Told when a fault strikes; of one that changes only an answer, when it has changed it. */
  readonly onStrike: (site: Site, kind: FaultKind) => void;
  readonly stale: Means['stale'];
}

/** What it needs of an engine. */
export interface Pierced extends Pick<Engine, 'kernel' | 'gateway' | 'lambdas'> {
  readonly model: Pick<Model, 'functions'>;
  readonly events: Pick<Engine['events'], 'publish'>;
}

/** Where an environment stands in its present invocation. */
type Course = {
  readonly turn: number;
  readonly source: string;
  /** Calls with a definite outcome; a call that is tried again leaves no mark once it is through. */
  path: string;
  /** The last of them. */
  answered: string;
  /** The last call, when it had none. */
  unsettled: string;
  isCutOff: boolean;
};

export class Injector {
  readonly #settings: InjectorSettings;
  readonly #names = new SiteNames();
  readonly #courses = new WeakMap<AtWork, Course>();
  readonly #sources = new Map<string, string>();
  readonly #means: Means;
  /** By function and record. */
  readonly #company = new Map<string, object>();
  #late = 0;

  constructor(settings: InjectorSettings) {
    this.#settings = settings;
    const { engine } = settings;
    const timeouts = new Map(
      engine.model.functions.map(({ name, timeoutMs }) => [name, timeoutMs]),
    );
    this.#means = {
      kernel: engine.kernel,
      cutOff: (environment) => {
        this.#courseOf(environment, '').isCutOff = true;
      },
      accompany: (functionName, recordId, other) =>
        void this.#company.set(`${functionName} ${recordId}`, other),
      later: (delayMs, label, run) => this.#later(delayMs, label, run),
      stale: settings.stale,
      timeoutOf: (name) => timeouts.get(name) ?? 0,
    };
    engine.gateway.intercept((call, next) => this.#meetCall(call, next));
    engine.lambdas.intercept((invocation, next) => this.#meetDelivery(invocation, next));
    this.#interceptEvents();
  }

  /** Whether nothing of a fault is still to come. */
  get isOver(): boolean {
    return this.#late === 0;
  }

  /** A client's request on its way. */
  async request(
    request: EngineRequest,
    send: (request: EngineRequest) => Promise<EngineResponse>,
  ): Promise<EngineResponse | undefined> {
    const { method = 'GET', path } = request;
    const place = path.split(/[/?]/)[1] || 'root';
    const kind = this.#meet({
      ...{ what: 'request', actor: 'client', action: method, place, source: 'client' },
      ...pathOnly(`client ${method} ${place}`),
    });
    return kind?.what === 'request' ? kind.strike({ request, send }, this.#means) : send(request);
  }

  #meet(met: Omit<Site, 'id'>): FaultKind | undefined {
    const site = { ...met, id: this.#names.next(met) };
    const kind = this.#settings.faultAt(site);
    if (!kind) return undefined;
    const tell = () => this.#settings.onStrike(site, kind);
    if (kind.what === 'call' && kind.changesOnlyAnswer) return toldOnceChanged(kind, tell);
    tell();
    return kind;
  }

  async #meetCall(call: Call, next: () => Promise<object>): Promise<object> {
    const environment = environmentAtWork();
    if (call.caller.roleArn === undefined || !environment) return next();
    const actor = this.#settings.entryOf(call.caller.name);
    const course = this.#courseOf(environment, actor);
    if (course.isCutOff) throw new ConnectionLost();
    const { action } = call;
    const place = this.#settings.placeOf(targetOf(call));
    const { source } = course;
    const name = `${action}.${place}`;
    const path = `${course.path} ${name}${course.unsettled === name ? ' again' : ''}`;
    const edge = `${actor} ${course.answered} → ${name}`;
    const isAtProvider = this.#settings.isProvider(place);
    const site = { actor, action, place, path, edge, source, isAtProvider };
    const kind = this.#meet({ what: 'call', ...site });
    if (kind?.what !== 'call') return noted(course, name, next);
    environment.touch();
    return noted(course, name, () => kind.strike({ call, next, environment }, this.#means));
  }

  /** An environment serves one invocation at a time; another turn is another invocation. */
  #courseOf(environment: AtWork, actor: string): Course {
    const found = this.#courses.get(environment);
    if (found?.turn === environment.turn) return found;
    const source = this.#sources.get(actor) ?? '';
    const { turn } = environment;
    const course = { turn, source, path: actor, answered: '', unsettled: '', isCutOff: false };
    this.#courses.set(environment, course);
    return course;
  }

  async #meetDelivery(
    invocation: Invocation,
    next: (twist?: Twist) => Promise<InvokeOutcome>,
  ): Promise<InvokeOutcome> {
    const actor = this.#settings.entryOf(invocation.functionName);
    const source = kindOfSource(invocation.source);
    this.#sources.set(actor, source);
    const path = `${source} → ${actor}${repeatOf(invocation.event)}`;
    const kind = this.#meet({
      ...{ what: 'delivery', actor, action: 'on', place: source, source },
      ...pathOnly(path),
    });
    if (kind?.what === 'delivery') return kind.strike({ invocation, next }, this.#means);
    return this.#accompanied(invocation, next);
  }

  /** What has come with a record once comes with it again. */
  async #accompanied(
    { functionName, event }: Invocation,
    next: (twist?: Twist) => Promise<InvokeOutcome>,
  ): Promise<InvokeOutcome> {
    const { Records = [] } = event as { Records?: Record<string, unknown>[] };
    const others = Records.flatMap(
      (record) => this.#company.get(`${functionName} ${idOf(record)}`) ?? [],
    );
    return others.length > 0 ? next({ event: { Records: [...others, ...Records] } }) : next();
  }

  #interceptEvents(): void {
    const { events } = this.#settings.engine;
    const { publish } = events;
    events.publish = (event) => {
      const status = String((event.detail as { status?: unknown }).status ?? event.detailType);
      const met = {
        what: 'event',
        actor: 'bus',
        action: status,
        place: 'rule',
        source: 'bus',
      } as const;
      const kind = this.#meet({ ...met, ...pathOnly(`bus ${status}`) });
      const send = () => publish.call(events, event);
      if (kind?.what !== 'event') send();
      else void kind.strike({ publish: send }, this.#means);
    };
  }

  #later(delayMs: number, label: string, run: () => Promise<unknown>): void {
    this.#late++;
    this.#means.kernel.after(delayMs, label, () => {
      void run().finally(() => {
        this.#late--;
      });
    });
  }
}

const toldOnceChanged = (kind: CallFault, tell: () => void): CallFault => ({
  ...kind,
  async strike({ next, ...met }, means) {
    const answer = await next();
    const given = await kind.strike({ ...met, next: async () => answer }, means);
    if (!isDeepStrictEqual(given, answer)) tell();
    return given;
  },
});

/** Errors after which the same call comes again, as if it had not been made. */
const passing = /^(ECONNRESET|ETIMEDOUT)$|Throttl|Throughput|InternalServerError|Unavailable/;

async function noted(course: Course, name: string, run: () => Promise<object>): Promise<object> {
  course.unsettled = '';
  const answer = (outcome: string) => {
    course.path += ` ${outcome}`;
    course.answered = outcome;
  };
  try {
    const given = await run();
    answer(name);
    return given;
  } catch (error) {
    const { code = 'lost' } = error as { code?: string };
    if (passing.test(code)) course.unsettled = name;
    else answer(`${name}:${code}`);
    throw error;
  }
}

/** What is no call comes from nowhere: its path is one step. */
const pathOnly = (path: string): Pick<Site, 'path' | 'edge'> => ({ path, edge: path });

/** Physical name of the table or queue that a call is about. */
export function targetOf({ input }: Call): string {
  const { TableName, QueueUrl, TransactItems, RequestItems, stateMachineArn, executionArn } =
    input as Record<string, unknown>;
  if (typeof TableName === 'string') return TableName;
  if (typeof QueueUrl === 'string') return QueueUrl.slice(QueueUrl.lastIndexOf('/') + 1);
  const [first] = Object.values((TransactItems as Record<string, object>[] | undefined)?.[0] ?? {});
  if (first) return String((first as { TableName?: unknown }).TableName);
  if (RequestItems) return Object.keys(RequestItems)[0] ?? 'tables';
  return stateMachineArn || executionArn ? 'machine' : 'service';
}

/** `sqs:<queue>`, `stream:<table>`, `states.<machine>`, `apigateway:<api>`. */
function kindOfSource(source: string): string {
  const [kind = source] = source.split(/[:.]/);
  return kind === 'apigateway' ? 'http' : kind;
}

/** A message that comes again is met by code in another situation. */
function repeatOf(event: unknown): string {
  const { Records = [] } = event as { Records?: readonly Record<string, unknown>[] };
  const counts = Records.map(
    ({ attributes }) =>
      (attributes as { ApproximateReceiveCount?: string } | undefined)?.ApproximateReceiveCount ??
      '1',
  );
  return counts.some((count) => count !== '1') ? ' again' : '';
}
