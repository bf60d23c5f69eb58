/**
 * One fault for each order, at one of the calls that functions make on its behalf. Orders are told
 * apart by their ids, and before they have one by the trace context of their request.
 */
import { type Call, ConnectionLost } from '../../local/gateway/gateway.ts';
import type { Pipeline } from './pipeline.ts';

export const faultKinds = [
  /** It has no effect, and nothing its caller tries in this invocation has one. */
  'never arrives',
  /** It takes effect; its caller hears nothing and tries again at once. */
  'loses its answer',
  /** It takes effect; its caller hears nothing, and can do no more: somebody else has to. */
  'is the last of its caller',
] as const;
export type FaultKind = (typeof faultKinds)[number];

export type Plan = {
  readonly kind: FaultKind;
  /** `<entry> <action> <table> <n>`: the n-th such call for the order. */
  readonly site: string;
};
type Watched = { readonly plan: Plan | undefined; readonly sites: string[]; hit?: Hit };
type Hit = { readonly entry: string; readonly cutOffUntilMs: number };

/** Longer than the tries of one client, shorter than the wait before the next invocation. */
const cutOffMs = 900;
const reads = /^\S+ (GetItem|BatchGetItem|Query|DescribeExecution) /;

/** A read has no effect that an answer could be lost of. */
export const isWrite = (site: string): boolean => !reads.test(site);

export class SingleFaults {
  readonly #pipeline: Pipeline;
  readonly #byTrace = new Map<string, Watched>();
  readonly #byOrder = new Map<string, Watched>();

  constructor(pipeline: Pipeline) {
    this.#pipeline = pipeline;
    pipeline.disturb((call, next) => this.#meet(call, next));
  }

  /** Answers the header by which the order's request is recognised. Without a plan it only watches. */
  watch(plan?: Plan): { traceparent: string } {
    const trace = (this.#byTrace.size + 1).toString(16).padStart(32, '0');
    this.#byTrace.set(trace, { plan, sites: [] });
    return { traceparent: `00-${trace}-${'b'.repeat(16)}-01` };
  }

  /** The calls made for an order so far, in their order. */
  sitesOf(orderId: string): readonly string[] {
    return this.#byOrder.get(orderId)?.sites ?? [];
  }

  hasHit(orderId: string): boolean {
    return this.#byOrder.get(orderId)?.hit !== undefined;
  }

  async #meet(call: Call, next: () => Promise<object>): Promise<object> {
    const struck = this.#ordersOf(call).map((watched) => this.#strike(watched, call));
    const kind = struck.find((each) => each !== undefined);
    if (kind === undefined) return next();
    if (kind !== 'never arrives') await next().catch(() => undefined);
    throw new ConnectionLost();
  }

  #strike(watched: Watched, call: Call): FaultKind | undefined {
    const { plan, sites, hit } = watched;
    const entry = this.#pipeline.entryOf(call);
    const now = this.#pipeline.kernel.now();
    const site = `${entry} ${call.action} ${this.#placeOf(call)}`;
    sites.push(`${site} ${sites.filter((each) => each.startsWith(`${site} `)).length + 1}`);
    if (hit) return hit.entry === entry && now < hit.cutOffUntilMs ? 'never arrives' : undefined;
    if (!plan || plan.site !== sites.at(-1)) return undefined;
    const isCutOff = plan.kind !== 'loses its answer';
    watched.hit = { entry, cutOffUntilMs: isCutOff ? now + cutOffMs : now };
    return plan.kind;
  }

  #placeOf({ input }: Call): string {
    const { TableName, QueueUrl } = input as { TableName?: string; QueueUrl?: string };
    const name = TableName ?? QueueUrl?.split('/').at(-1) ?? '-';
    return name.replace(/^Everonce-(\w+)\w{8}$/, '$1');
  }

  #ordersOf({ input }: Call): Watched[] {
    const { id, traceparent } = (input.Item ?? {}) as Record<string, { S?: string } | undefined>;
    const placed = this.#byTrace.get(traceparent?.S?.split('-')[1] ?? '');
    if (placed && id?.S) this.#byOrder.set(id.S, placed);
    const ids = new Set(JSON.stringify(input).match(/(?<![\w-])[\w-]{43}(?![\w-])/g));
    return [...ids].flatMap((each) => this.#byOrder.get(each) ?? []);
  }
}
