import { describe, expect, it } from 'vitest';
import {
  allFaultKinds,
  faultKind,
  faultsAt,
  isVariant,
} from '../../../local/explorer/fault-kinds.ts';
import { parseSchedule, scheduleId } from '../../../local/explorer/schedule.ts';
import { type Site, type SiteKind, SiteNames } from '../../../local/explorer/site.ts';

const putAt = { actor: 'book-shipment', action: 'PutItem', place: 'Shipments' };

describe('the name of a site', () => {
  it('says who does what where, and how often that has been before', () => {
    const names = new SiteNames();
    expect(names.next(putAt)).toBe('book-shipment/PutItem.Shipments@1');
    expect(names.next({ ...putAt, place: 'Sandbox' })).toBe('book-shipment/PutItem.Sandbox@1');
    expect(names.next(putAt)).toBe('book-shipment/PutItem.Shipments@2');
  });

  it('begins anew in each run', () => {
    new SiteNames().next(putAt);
    expect(new SiteNames().next(putAt)).toBe('book-shipment/PutItem.Shipments@1');
  });
});

describe('the id of a schedule', () => {
  it.each([
    'one-order:1:',
    'one-order:4294967295:client/POST.orders@1=L',
    'one-order:7:relay-outbox/on.stream@2=D,bus/FAILED.rule@1=R20m,a-b/PutItem.S3-x@12=Tb26h',
  ])('says all of it: %s is read and written again as it was', (id) => {
    expect(scheduleId(parseSchedule(id))).toBe(id);
  });

  it('is scenario, seed and faults', () => {
    expect(parseSchedule('one-order:7:client/POST.orders@1=L,bus/FAILED.rule@1=B')).toEqual({
      ...{ scenario: 'one-order', seed: 7 },
      faults: [
        { site: 'client/POST.orders@1', fault: 'L' },
        { site: 'bus/FAILED.rule@1', fault: 'B' },
      ],
    });
  });

  it.each(['', 'one-order', 'one-order:1', 'one-order:x:', 'one order:1:', ':1:', 'one-order:-1:'])(
    'is not %j, and the refusal says what was expected',
    (id) => {
      expect(() => parseSchedule(id)).toThrow(
        `${id} is no schedule: expected <scenario>:<seed>:<site>=<fault>,…`,
      );
    },
  );

  it.each([
    ['client/POST.orders@1', 'client/POST.orders@1'],
    ['client/POST.orders=L', 'client/POST.orders=L'],
    ['client/POST@1=L', 'client/POST@1=L'],
    ['client/POST.orders@1=', 'client/POST.orders@1='],
    ['client/POST.orders@1=L,', ''],
    ['client/POST.orders@1=L,POST.orders@1=L', 'POST.orders@1=L'],
  ])('with the faults %s is refused, naming the one that is wrong', (faults, wrong) => {
    expect(() => parseSchedule(`one-order:1:${faults}`)).toThrow(
      `${wrong} in one-order:1:${faults} is no fault: expected <actor>/<action>.<place>@<n>=<fault>`,
    );
  });
});

describe('a kind of fault', () => {
  const site = (what: SiteKind, parts: Partial<Site> = {}): Site => ({
    ...{
      id: 'a/b.c@1',
      what,
      actor: 'a',
      action: 'b',
      place: 'c',
      path: '',
      edge: '',
      source: 'sqs',
    },
    ...parts,
  });
  const idsAt = (...args: Parameters<typeof site>) => faultsAt(site(...args)).map(({ id }) => id);

  it('has an id of its own at each kind of site, which begins with its letter', () => {
    for (const what of ['call', 'delivery', 'request', 'event']) {
      const ids = allFaultKinds.filter((kind) => kind.what === what).map(({ id }) => id);
      expect(new Set(ids).size).toBe(ids.length);
    }
    for (const { id, letter } of allFaultKinds) expect(id.charAt(0)).toBe(letter);
  });

  it('is found by the name of a site and its id', () => {
    expect(faultKind('client/POST.orders@1', 'D').what).toBe('request');
    expect(faultKind('bus/FAILED.rule@1', 'D').what).toBe('event');
    expect(faultKind('relay-outbox/on.stream@1', 'D').what).toBe('delivery');
    expect(faultKind('book-shipment/PutItem.Shipments@1', 'Lx').what).toBe('call');
  });

  it('that there is not is refused with those that there are', () => {
    expect(() => faultKind('bus/FAILED.rule@1', 'Lx')).toThrow(
      'there is no fault Lx for bus/FAILED.rule@1; there are B, D, R20m',
    );
  });

  it('may be a variant: the world is as with another, heard of otherwise or at another time', () => {
    const variantsAt = (what: SiteKind, action: string): string[] => {
      const met = site(what, { action });
      return faultsAt(met).flatMap((kind) => (isVariant(kind, met) ? [kind.id] : []));
    };
    expect(variantsAt('call', 'PutItem')).toEqual(
      expect.arrayContaining(['B', 'L', 'H', 'Hx', 'Hc', 'T20m']),
    );
    for (const id of ['Bx', 'Lx', 'C', 'Cx', 'R5s', 'T', 'Tb'])
      expect(variantsAt('call', 'PutItem')).not.toContain(id);
    expect(variantsAt('call', 'TransactWriteItems')).toContain('Ht');
    expect(variantsAt('call', 'TransactWriteItems')).not.toContain('Hc');
    expect(variantsAt('call', 'GetItem')).toEqual(expect.arrayContaining(['C', 'T']));
    expect(variantsAt('call', 'GetItem')).not.toContain('Bx');
    for (const id of ['B', 'L', 'D', 'R5s', 'P', 'K'])
      expect(variantsAt('delivery', 'on')).not.toContain(id);
  });

  it('loses no answer of a read: there is nothing that it could have done', () => {
    for (const action of ['GetItem', 'Query', 'Scan', 'BatchGetItem', 'DescribeExecution']) {
      const ids = idsAt('call', { action });
      expect(ids).toEqual(expect.arrayContaining(['B', 'Bx', 'C', 'T', 'H', 'Hx']));
      for (const id of ['L', 'Lx', 'Cx', 'R5s', 'Tb', 'Hc']) expect(ids).not.toContain(id);
    }
  });

  it('stops a function for longer than its caller waits where another one takes over', () => {
    const long = (source: string) =>
      idsAt('call', { action: 'PutItem', source }).filter((id) => /^Tb?\d/.test(id));
    expect(long('states')).toEqual(['T20m', 'Tb5s', 'Tb20m', 'Tb26h']);
    for (const source of ['sqs', 'stream']) expect(long(source)).toEqual(['T20m', 'Tb20m']);
    expect(long('http')).toEqual([]);
  });

  it('is for what it can happen to', () => {
    expect(idsAt('call', { action: 'TransactWriteItems' })).toEqual(
      expect.arrayContaining(['Hc', 'Ht']),
    );
    expect(idsAt('call', { action: 'PutItem' })).toContain('Hc');
    expect(idsAt('call', { action: 'PutItem' })).not.toContain('Ht');
    expect(idsAt('call', { action: 'PutItem', isAtProvider: true })).not.toContain('Hc');
    expect(idsAt('call', { action: 'SendMessage' })).not.toContain('Hc');
    expect(idsAt('call', { action: 'SendMessageBatch' })).toContain('Bp');
    expect(idsAt('call', { action: 'SendMessage' })).not.toContain('Bp');
    expect(idsAt('call', { action: 'Query' })).toContain('S');
    expect(idsAt('call', { action: 'GetItem' })).not.toContain('S');
    expect(idsAt('call', { action: 'GetItem', isAtProvider: true })).toContain('S');
    expect(idsAt('call', { action: 'Query', isAtProvider: true })).toContain('P');
    expect(idsAt('call', { action: 'Query' })).not.toContain('P');
    expect(idsAt('request', { action: 'GET' })).toEqual(['B', 'L', 'R', 'R5s', 'H']);
    expect(idsAt('request', { action: 'POST' })).toEqual(
      expect.arrayContaining(['D', 'D20m', 'P']),
    );
    expect(idsAt('event')).toEqual(['B', 'D', 'R20m']);
  });
});
