/**
 * The places at which a run can be broken. A site is named by what happens there and by how often it
 * has happened before in the same run, so that a name means the same place whenever the run is repeated.
 */

export type SiteKind = 'request' | 'call' | 'delivery' | 'event';

export interface Site {
  /** `book-shipment/PutItem.Shipments@2`: the second such call of the run. */
  readonly id: string;
  readonly what: SiteKind;
  /** Entry of the function that calls or is invoked, `client`, or the machine that tells of itself. */
  readonly actor: string;
  /** The API's action, `on` for deliveries, the HTTP method of a request, the status of an event. */
  readonly action: string;
  /** Table, queue, machine, or what delivers: `sqs`, `stream`, `states`, `http`. */
  readonly place: string;
  /**
   * How the code came here: the calls of this invocation so far, with their outcomes. Two sites on one
   * path are the same code in the same situation.
   */
  readonly path: string;
  /**
   * The last step of the path: of a call, the latest call of its invocation that was answered, with the
   * outcome. Two sites on one edge are the same code, coming from the same answer.
   */
  readonly edge: string;
  /** What the site stands in: of a call, who has invoked its function. */
  readonly source: string;
  /** Of a call: whether its place is a provider's. @default false */
  readonly isAtProvider?: boolean;
  /** Equal for equal states of the world in which the site was met, where that was asked for. */
  readonly state?: string;
}

/** A fault at a site; written `<site>=<fault>`. */
export interface PlannedFault {
  readonly site: string;
  /** Id of a fault kind. */
  readonly fault: string;
}

/** Counts what happens in a run and gives each happening its name. */
export class SiteNames {
  readonly #counts = new Map<string, number>();

  next({ actor, action, place }: Pick<Site, 'actor' | 'action' | 'place'>): string {
    const name = `${actor}/${action}.${place}`;
    const count = (this.#counts.get(name) ?? 0) + 1;
    this.#counts.set(name, count);
    return `${name}@${count}`;
  }
}
