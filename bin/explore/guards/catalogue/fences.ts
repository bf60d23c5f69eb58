/** Guards of the participants' rows: what was undone stays undone, whatever comes late or twice. */
import type { Guard } from '../guard.ts';
import { letRead } from '../template-edits.ts';
import { withoutTransaction } from './one-by-one.ts';

const row = 'lambdas/adapters/dynamo-fence-row.ts';
const stockStore = 'lambdas/adapters/dynamo-stock-store.ts';
const stock = 'lambdas/domain/stock.ts';
const payment = 'lambdas/domain/payment.ts';
const shipment = 'lambdas/domain/shipment.ts';
const order = 'lambdas/domain/order.ts';

const lateStep = 'a step started for an order that is undone: a duplicate execution, or a redrive';
const zombie = 'the step reads the pending order and stops; it goes on after its compensation';

export const fenceGuards: readonly Guard[] = [
  {
    id: 'g6e',
    name: 'a refused reservation is decided again on the one that is there, also when it is the own one',
    expects: ['reasons'],
    edits: [
      {
        file: 'lambdas/shell/decide-reservation.ts',
        find: 'found = commit.stored;',
        replace: "throw new TransientFault('reservation of ' + orderId + ' is another one');",
      },
    ],
    hint: 'stock is reserved and its step repeated after ten minutes, when DynamoDB has forgotten the token: every try fails, and an order that nothing is against is rejected',
  },
  {
    id: 'g6f',
    name: 'a refused write of a fence is decided again on the row that is there, also when it is the own one',
    expects: ['V5'],
    edits: [
      {
        file: row,
        find: '  return result.stored;\n',
        replace: "  throw new Error('the row is another one');\n",
      },
    ],
    hint: 'an undeliverable address: each undo finds a row, and parks without need',
  },
  {
    id: 'g15b',
    name: 'a reservation and its quantities are one write',
    expects: ['V9', 'V14'],
    edits: withoutTransaction(stockStore, {
      transaction: 'input',
      items: 'input.TransactItems',
      before: '/** The fence alone: a single write costs half of a transaction. */',
    }),
    hint: 'a crash between the two; or two lines of which the second is not on stock',
  },
  {
    id: 'g22a',
    name: 'the row of a fence is new only once',
    expects: ['V14', 'V11', 'V15'],
    edits: [
      {
        file: row,
        find: "isNew ? 'attribute_not_exists(orderId)' :",
        replace: "isNew ? 'attribute_not_exists(orderId) OR attribute_exists(orderId)' :",
      },
    ],
    hint: 'an undeliverable address: the tombstone overwrites an authorisation that nobody then voids',
  },
  {
    id: 'g22b',
    name: 'the row of a fence is replaced only from the version that was read',
    expects: ['V12', 'V15', 'V14', 'V7'],
    edits: [
      {
        file: row,
        find: "'#version = :expected',",
        replace: "'attribute_exists(orderId) OR #version = :expected',",
      },
    ],
    hint: 'authorising times out; its zombie writes AUTHORIZED over the tombstone',
  },
  {
    id: 'g22c',
    name: 'the reservation is the fence of the stock: it moves from what was read only',
    expects: ['V14', 'V9', 'V15'],
    edits: [
      {
        file: stockStore,
        find: "ConditionExpression: '#status = :found',",
        replace: "ConditionExpression: 'attribute_exists(id) OR #status = :found',",
      },
      {
        file: stockStore,
        find: ": { ConditionExpression: 'attribute_not_exists(id)' }),",
        replace: ": { ConditionExpression: 'attribute_not_exists(id) OR attribute_exists(id)' }),",
      },
    ],
    hint: 'reserving stands still before its write, until its repeat has reserved and DynamoDB has forgotten the token',
    pairs: [
      {
        with: 'g47',
        expects: ['V15', 'V14', 'V9'],
        hint: 'a function slower than its task: the next try runs beside it, and reserves twice',
      },
    ],
  },
  {
    id: 'g23a',
    name: 'giving back nothing leaves a tombstone',
    expects: ['V15', 'V13', 'V9'],
    edits: [
      {
        file: stock,
        find: '  const lines = found?.lines ?? [];\n',
        replace:
          "  if (!found) return { outcome: 'unchanged', reservation: { status: 'RELEASED', lines: [] } };\n  const lines = found?.lines ?? [];\n",
      },
    ],
    hint: zombie,
  },
  {
    id: 'g23b',
    name: 'voiding nothing leaves a tombstone',
    expects: ['V15', 'V11', 'V13'],
    edits: [
      {
        file: payment,
        find: "if (!payment) return { next: 'save', payment: { orderId, version: 1, status: 'VOIDED' } };",
        replace: "if (!payment) return { next: 'done' };",
      },
      {
        file: 'lambdas/shell/void-payment.ts',
        find: 'let payment: Payment | undefined;',
        replace: 'let payment = await payments.find(orderId);',
      },
      { template: (body) => letRead(body, 'void-payment') },
    ],
    hint: zombie,
  },
  {
    id: 'g23c',
    name: 'cancelling no shipment leaves a tombstone',
    expects: ['V15', 'V13'],
    edits: [
      {
        file: shipment,
        find: "if (!shipment) return { next: 'save', shipment: { orderId, version: 1, status: 'CANCELLED' } };",
        replace: "if (!shipment) return { next: 'done' };",
      },
      {
        file: 'lambdas/shell/cancel-shipment.ts',
        find: 'let shipment: ShipmentRow | undefined;',
        replace: 'let shipment = await shipments.find(orderId);',
      },
      { template: (body) => letRead(body, 'cancel-shipment') },
    ],
    hint: zombie,
  },
  {
    id: 'g24a',
    name: 'nothing is reserved for an order that was released',
    expects: ['V15', 'V9', 'V13'],
    edits: [
      {
        file: stock,
        find: "  if (found?.status === 'RELEASED') return { outcome: 'refused', reason: 'RELEASED' };\n  if (found) return",
        replace: "  if (found?.status === 'HELD') return",
      },
    ],
    hint: zombie,
    pairs: [{ with: 'p26', expects: ['V15', 'V9', 'V13'], hint: lateStep }],
  },
  {
    id: 'g24b',
    name: 'no money is held for an order whose payment was voided',
    expects: ['V15', 'V11', 'V13'],
    edits: [
      {
        file: payment,
        find: "return { next: 'refuse', reason: 'PAYMENT_VOIDED' };",
        replace:
          "return { next: 'save', payment: { ...firstTry(request, now), version: payment.version + 1 } };",
      },
    ],
    hint: zombie,
    pairs: [{ with: 'p26', expects: ['V15', 'V11', 'V13'], hint: lateStep }],
  },
  {
    id: 'g24c',
    name: 'nothing is booked for an order whose shipment was cancelled',
    expects: ['V15', 'V13'],
    edits: [
      {
        file: shipment,
        find: "return { next: 'refuse', reason: 'SHIPMENT_CANCELLED' };",
        replace: "return { next: 'save', shipment: lease(me, shipment.version + 1) };",
      },
    ],
    hint: zombie,
    pairs: [{ with: 'p26', expects: ['V15', 'V13'], hint: lateStep }],
  },
  {
    id: 'g27',
    name: 'stock is taken only where there is enough',
    expects: ['V9'],
    edits: [
      {
        file: stockStore,
        find: "          ConditionExpression: 'available >= :quantity',\n",
        replace: '',
      },
    ],
    hint: 'two orders on the last unit',
  },
  {
    id: 'g28',
    name: 'stock is given back only where it is held',
    expects: ['V9', 'V14'],
    edits: [
      {
        file: stock,
        find: "  if (found?.status === 'RELEASED') return { outcome: 'unchanged', reservation: found };\n",
        replace: '',
      },
    ],
    hint: 'a declined payment; giving back times out after its effect, and is repeated',
  },
  {
    id: 'p26',
    name: 'no step starts for an order that is decided',
    expects: [],
    edits: [
      {
        file: order,
        find: "if (order.status !== 'PENDING') return 'ORDER_NOT_PENDING';",
        replace: '',
      },
    ],
    hint: 'Tombstones refuse what was undone, and whoever goes on meanwhile is undone after the decision.',
    defenceInDepth: true,
  },
  {
    id: 'p27',
    name: 'no step starts at or after the deadline',
    expects: [],
    edits: [
      {
        file: order,
        find: "return now < order.deadline ? 'yes' : 'DEADLINE_EXCEEDED';",
        replace: "return 'yes';",
      },
    ],
    hint: "The machine's tries end by themselves, and the decision stays one.",
    defenceInDepth: true,
  },
];
