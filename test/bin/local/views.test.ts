import { describe, expect, it } from 'vitest';
import { liveLine, shortName } from '../../../bin/local/live-view.ts';
import { meterView } from '../../../bin/local/meter-view.ts';
import { Meter } from '../../../local/gateway/meter.ts';

describe('live view', () => {
  it('shows what happens to orders and leaves out the calls beneath', () => {
    const at = Date.UTC(2026, 0, 1, 12);
    const route = 'POST /orders';
    expect(liveLine({ kind: 'http.answer', method: 'POST', route, status: 202 }, at)).toBe(
      '12:00:00.000  http.answer    method=POST  route=POST /orders  status=202',
    );
    expect(liveLine({ kind: 'call.dynamodb.PutItem', caller: 'x' }, at)).toBeUndefined();
  });

  it('shortens physical names to what a person gave', () => {
    expect(shortName('Everonce-PlaceOrderReserveStock1F8332C7')).toBe('PlaceOrderReserveStock');
    expect(shortName('anything else')).toBe('anything else');
  });
});

describe('meter view', () => {
  it('divides every count by the orders placed', () => {
    const meter = new Meter();
    meter.capacity('Orders', 1, 5);
    expect(meterView(meter.snapshot(), 2)).toMatchObject({
      tables: { Orders: { readUnits: 1, writeUnits: 5 } },
      orders: 2,
      perOrder: { tables: { Orders: { readUnits: 0.5, writeUnits: 2.5 } } },
    });
  });

  it('divides nothing before the first order', () => {
    expect(meterView(new Meter().snapshot(), 0)).toMatchObject({ orders: 0, perOrder: {} });
  });
});
