/** What can happen to a client's request. */
import { sleep } from '../kernel/kernel.ts';
import { minute, second } from './durations.ts';
import type { RequestFault } from './fault-kind.ts';
import type { Site } from './site.ts';

const hasBody = ({ action }: Site): boolean => action === 'POST' || action === 'PUT';
const changes = ({ action }: Site): boolean => action !== 'GET';

export const requestFaults: readonly RequestFault[] = [
  {
    ...{ what: 'request', id: 'B', letter: 'B', title: 'never arrives' },
    appliesTo: () => true,
    strike: async () => undefined,
  },
  {
    ...{ what: 'request', id: 'L', letter: 'L', title: 'is served, and its answer is lost' },
    appliesTo: () => true,
    async strike({ request, send }) {
      await send(request);
      return undefined;
    },
  },
  {
    ...{ what: 'request', id: 'D', letter: 'D', title: 'arrives twice at once' },
    appliesTo: changes,
    async strike({ request, send }) {
      const [first] = await Promise.all([send(request), send(request)]);
      return first;
    },
  },
  {
    ...{ what: 'request', id: 'D20m', letter: 'D', title: 'arrives again after 20 minutes' },
    appliesTo: changes,
    async strike({ request, send }, { later }) {
      const answer = await send(request);
      later(20 * minute, 'late duplicate request', () => send(request));
      return answer;
    },
  },
  {
    ...{
      what: 'request',
      id: 'R',
      letter: 'R',
      title: 'arrives ten seconds late, when its client has tried again',
    },
    appliesTo: () => true,
    async strike({ request, send }, { later }) {
      later(10 * second, 'late request', () => send(request));
      return undefined;
    },
  },
  {
    ...{ what: 'request', id: 'R5s', letter: 'R', title: 'arrives five seconds late' },
    appliesTo: () => true,
    async strike({ request, send }, { kernel }) {
      await sleep(kernel, 5 * second, 'late request');
      return send(request);
    },
  },
  {
    ...{ what: 'request', id: 'P', letter: 'P', title: 'is preceded by a torn copy of itself' },
    appliesTo: hasBody,
    async strike({ request, send }) {
      const text = JSON.stringify(request.body ?? {});
      const headers = { ...request.headers, 'content-type': 'application/json' };
      await send({ ...request, headers, body: text.slice(0, text.length / 2) });
      return send(request);
    },
  },
  {
    ...{ what: 'request', id: 'H', letter: 'H', title: 'is refused with 429 by API Gateway' },
    appliesTo: () => true,
    strike: async () => ({
      ...{ status: 429, headers: {}, cookies: [], text: '{"message":"Too Many Requests"}' },
      json: { message: 'Too Many Requests' },
    }),
  },
];
