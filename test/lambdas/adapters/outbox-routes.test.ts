import { describe, expect, it } from 'vitest';
import { parseOutboxRoutes } from '../../../lambdas/adapters/outbox-routes.ts';
import { PermanentFault } from '../../../lambdas/contract/faults.ts';

describe('outbox routes', () => {
  it.each([
    'no JSON',
    '[]',
    '{"OrderPlaced":"https://queue"}',
    '{"OrderPlaced":["no URL"]}',
    '{"OrderForgotten":["https://queue"]}',
  ])('refuse %s', (json) => {
    expect(() => parseOutboxRoutes(json)).toThrow(PermanentFault);
  });

  it('name the queues of the events that have any', () => {
    const routes = { OrderPlaced: ['https://queue/a', 'https://queue/b'], OrderConfirmed: [] };
    expect(parseOutboxRoutes(JSON.stringify(routes))).toEqual(routes);
  });
});
