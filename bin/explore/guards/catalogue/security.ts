/** Guards of customers against each other, and of what they say against our logs. */
import type { Guard } from '../guard.ts';

const view = 'lambdas/adapters/dynamo-order-view.ts';

export const securityGuards: readonly Guard[] = [
  {
    id: 'g44a',
    name: 'an order in the view is shown to its customer only',
    expects: ['V27'],
    edits: [
      {
        file: view,
        find: "return customer === customerKey(principal) ? order : 'of another customer';",
        replace: "return customer === '' ? 'of another customer' : order;",
      },
    ],
    hint: "a customer reads another customer's order by its id",
  },
  {
    id: 'g44b',
    name: 'an order that the view does not have yet is shown to its customer only',
    expects: ['V27'],
    edits: [
      {
        file: 'lambdas/shell/read-order.ts',
        find: 'order && isSame(order.principal, principal)',
        replace: 'order && isSame(order.principal, order.principal)',
      },
    ],
    hint: "a customer reads another customer's order by its id before the projector has seen it",
  },
  {
    id: 'g44c',
    name: 'an order is cancelled by its customer only',
    expects: ['V27'],
    edits: [
      {
        file: 'lambdas/shell/cancel-order.ts',
        find: "if (!isOwn) return { outcome: 'not found' };",
        replace: "if (!found) return { outcome: 'not found' };",
      },
    ],
    hint: "a customer cancels another customer's order",
  },
  {
    id: 'g44d',
    name: "a page shows rows of the caller's only",
    expects: [],
    edits: [
      { file: view, find: '    customer === customerKey(request.principal) &&\n', replace: '' },
    ],
    hint: 'The index is asked by customer, and a row never changes its customer: no story can show it.',
    defenceInDepth: true,
  },
  {
    id: 'g45a',
    name: 'an unexpected error is logged without its message, which may quote the request',
    expects: [],
    edits: [
      {
        file: 'lambdas/adapters/http.ts',
        find: "const isFault = name === 'TransientFault' || name === 'PermanentFault';",
        replace: 'const isFault = true;',
      },
    ],
    hint: 'Only a defect makes an error that is no fault: no story and no fault of the explorer does.',
    defenceInDepth: true,
  },
  {
    id: 'g45b',
    name: "a provider's broken answer is named by its field, never quoted",
    expects: ['V29'],
    edits: [
      {
        file: 'lambdas/adapters/provider-transport.ts',
        find: 'expected}`,\n  );',
        replace: 'expected}` + body,\n  );',
      },
    ],
    hint: 'a provider answers something else than agreed, with a canary in it',
  },
];
