import { describe, expect, it } from 'vitest';
import { applicableAt, assumptions } from '../../../bin/explore/assumptions.ts';
import { Frontier, type Wanted } from '../../../bin/explore/frontier.ts';
import { faultsAt } from '../../../local/explorer/fault-kinds.ts';
import { scheduleId } from '../../../local/explorer/schedule.ts';
import { eventAt, faultsIn, kindsOfEvents, siteOf, summaryOf } from './sites.ts';

const everything: Wanted = () => true;

const begin = (wanted = everything, seen = new Set<string>(), scenario = 'one-order') =>
  new Frontier({ scenario, seed: 1, seen, wanted });

/** The ids of all that waits, without scenario and seed. */
function allOf(frontier: Frontier): string[] {
  const ids: string[] = [];
  for (let next = frontier.next(); next; next = frontier.next())
    ids.push(scheduleId(next).replace('one-order:1:', ''));
  return ids;
}

const [a, b] = [eventAt('A'), eventAt('B')];
const eachAt = (id: string) => kindsOfEvents.map((kind) => `${id}=${kind}`);

describe('depth one', () => {
  it('is every fault at every site of the undisturbed run, each once', () => {
    const frontier = begin();
    const put = siteOf('book-shipment/PutItem.Shipments@1');
    frontier.begin(summaryOf({ sites: [a, put] }));
    const calls = faultsAt(put).map(({ id }) => `${put.id}=${id}`);
    expect(calls.length).toBeGreaterThan(10);
    expect(frontier.left).toBe(3 + calls.length);
    expect(allOf(frontier)).toEqual([...eachAt(a.id), ...calls]);
    expect([frontier.sites, frontier.left]).toEqual([2, 0]);
  });

  it('is also every site that looks like another one in the undisturbed run, without variants', () => {
    const frontier = begin();
    frontier.begin(summaryOf({ sites: [a, { ...a, id: 'bus/A.rule@2' }] }));
    expect(allOf(frontier)).toEqual([...eachAt(a.id), 'bus/A.rule@2=B']);
  });

  it('is every fault, behind the one that opened it, at a site where no run came before', () => {
    const frontier = begin();
    frontier.begin(summaryOf({ sites: [a] }));
    allOf(frontier);
    frontier.learn(summaryOf({ sites: [a, b], struck: faultsIn(`${a.id}=D`) }));
    expect(allOf(frontier)).toEqual(eachAt(b.id).map((fault) => `${a.id}=D,${fault}`));
    expect(frontier.sites).toBe(2);
  });

  it('opens an edge once, whatever fault, path or count leads there', () => {
    const frontier = begin();
    frontier.begin(summaryOf({ sites: [a] }));
    allOf(frontier);
    const again = { ...b, id: 'bus/B.rule@2', path: 'another' };
    frontier.learn(summaryOf({ sites: [a, b, again], struck: faultsIn(`${a.id}=D`) }));
    frontier.learn(summaryOf({ sites: [a, b], struck: faultsIn(`${a.id}=R20m`) }));
    expect(allOf(frontier)).toHaveLength(3);
  });

  it('opens an edge once over all scenarios, but explores every site of each undisturbed run', () => {
    const seen = new Set<string>();
    const first = begin(everything, seen);
    const second = begin(everything, seen, 'declined');
    first.begin(summaryOf({ sites: [a] }));
    second.begin(summaryOf({ sites: [a] }));
    first.learn(summaryOf({ sites: [a, b], struck: faultsIn(`${a.id}=D`) }));
    second.learn(summaryOf({ sites: [a, b], struck: faultsIn(`${a.id}=D`) }));
    expect([first.left, second.left, second.sites]).toEqual([6, 1, 1]);
  });

  it('goes on behind what an opened site opens', () => {
    const frontier = begin();
    frontier.begin(summaryOf({ sites: [a] }));
    frontier.learn(summaryOf({ sites: [a, b], struck: faultsIn(`${a.id}=D`) }));
    allOf(frontier);
    const struck = faultsIn(`${a.id}=D,${b.id}=B`);
    frontier.learn(summaryOf({ sites: [a, b, eventAt('C')], struck }));
    expect(allOf(frontier)[0]).toBe(`${a.id}=D,${b.id}=B,bus/C.rule@1=B`);
  });

  it('explores what a run comes to again and again the first four times, and counts the others', () => {
    const again = [1, 2, 3, 4, 5, 6].map((count) => ({
      ...a,
      id: a.id.replace(/\d+$/, String(count)),
    }));
    const frontier = begin();
    frontier.begin(summaryOf({ sites: again }));
    const sites = new Set(allOf(frontier).map((fault) => fault.split('=')[0]));
    expect([...sites]).toEqual(again.slice(0, 4).map(({ id }) => id));
    expect([frontier.sites, frontier.repeats]).toEqual([4, 2]);
  });

  it('leaves out what was not asked for', () => {
    const asked: unknown[] = [];
    const frontier = begin((site, fault, scenario) => {
      asked.push([site.id, fault, scenario]);
      return fault === 'D';
    });
    frontier.begin(summaryOf({ sites: [a] }));
    expect(allOf(frontier)).toEqual([`${a.id}=D`]);
    expect(asked).toEqual(kindsOfEvents.map((kind) => [a.id, kind, 'one-order']));
  });

  it('leaves out what breaks an assumption', () => {
    const atCarrier = siteOf('book-shipment/PutItem.Sandbox@1', { source: 'states' });
    const frontier = begin();
    frontier.begin(summaryOf({ sites: [atCarrier] }));
    const ids = allOf(frontier);
    expect(ids).toContain(`${atCarrier.id}=Tb`);
    expect(ids).not.toContain(`${atCarrier.id}=Tb20m`);
    expect(ids).not.toContain(`${atCarrier.id}=Tb26h`);
  });
});

describe('an assumption', () => {
  const late = (id: string) =>
    applicableAt(siteOf(id, { source: 'states' })).filter((kind) => /^Tb\d+[mh]$/.test(kind.id))
      .length;

  it('excludes late requests to the carrier, and none to the payment provider or to our own rows', () => {
    expect(late('book-shipment/PutItem.Sandbox@1')).toBe(0);
    expect(late('authorize-payment/PutItem.Sandbox@1')).toBe(2);
    expect(late('book-shipment/PutItem.Shipments@1')).toBe(2);
  });

  it('says what it assumes in a sentence', () => {
    for (const { sentence } of assumptions) expect(sentence).toMatch(/^[A-Z].+\.$/);
  });
});
