/** Guards of what starts the machine, and runs it again until an order has come to its end. */
import type { Guard } from '../guard.ts';
import { resourcesOf } from '../template-edits.ts';

const recover = 'lambdas/shell/recover-order.ts';
const start = 'lambdas/shell/start-saga.ts';

export const recoveryGuards: readonly Guard[] = [
  {
    id: 'g18',
    name: "an order's first execution is named after it",
    expects: ['V21'],
    edits: [
      {
        file: start,
        find: 'start(firstExecution(orderId), orderId)',
        replace: "start(firstExecution(orderId) + '-' + crypto.randomUUID().slice(0, 8), orderId)",
      },
    ],
    hint: 'OrderPlaced told twice: two executions of one order',
    pairs: [
      {
        with: 'g19a',
        expects: ['V19', 'V10', 'V13'],
        hint: 'OrderPlaced told twice, and one of the executions fails while the other confirms',
      },
      {
        with: 'g19b',
        expects: ['V19', 'V10', 'V13'],
        hint: 'OrderPlaced told again when the order is confirmed: the second execution is refused at its first step',
      },
    ],
  },
  {
    id: 'g46',
    name: 'the end of a broken execution has it run again',
    expects: [],
    edits: [
      {
        template: (body) => {
          for (const { Properties } of resourcesOf(body, 'AWS::Events::Rule'))
            Properties.State = 'DISABLED';
        },
      },
    ],
    hint: 'The watch over deadlines finds the order fifteen minutes after it was placed.',
    defenceInDepth: true,
    pairs: [
      {
        with: 'p38',
        expects: ['V20', 'V13'],
        hint: 'an execution that fails: nobody looks at its order any more',
      },
    ],
  },
  {
    id: 'p38',
    name: "an order that is not finished at its deadline is looked after, whatever Step Functions' events say",
    expects: ['V20', 'V13'],
    edits: [
      {
        file: 'lambdas/watch-deadline.ts',
        find: 'recoverOrder(ports, parseOrderPlaced(body).subject),',
        replace: 'Promise.resolve(ports && parseOrderPlaced(body)),',
      },
    ],
    hint: 'an execution fails and its event is never told',
  },
  {
    id: 'p42',
    name: 'starting an execution that has ended is no failure',
    expects: ['V5'],
    edits: [
      {
        file: 'lambdas/adapters/step-functions.ts',
        find: "        return 'closed';\n",
        replace: "        throw stepFunctionsFault('start execution ' + name, error);\n",
      },
    ],
    hint: 'OrderPlaced told again after the execution has ended: its message dies',
  },
  {
    id: 'p43',
    name: 'telling again that an order was placed looks after it',
    expects: [],
    edits: [
      {
        file: start,
        find: "return started === 'started' ? 'started' : recoverOrder(ports, orderId);",
        replace: "return started === 'started' ? 'started' : 'waiting';",
      },
    ],
    hint: 'The rule for executions that end and the watch over deadlines look after it too.',
    defenceInDepth: true,
    pairs: [
      {
        with: 'g46+p38',
        expects: ['V20'],
        hint: 'an execution fails, neither the rule nor the watch tells, and OrderPlaced is told again a day later',
      },
    ],
  },
  {
    id: 'p44',
    name: 'an order is finished only when its undo is: a decision alone is not enough',
    expects: ['V13', 'V20', 'V11'],
    edits: [
      {
        file: recover,
        find: "if (order.status === 'CONFIRMED') return 'confirmed';",
        replace: "if (order.status !== 'PENDING') return 'confirmed';",
      },
    ],
    hint: 'an execution is aborted after the abort decision and before its undo',
  },
  {
    id: 'p45',
    name: 'an execution found running is looked at again',
    expects: ['V20', 'V13'],
    edits: [
      {
        file: recover,
        find: "  if (last === 'RUNNING') {\n    await ports.reminders.remind(orderId, longestReminderSeconds);\n",
        replace: "  if (last === 'RUNNING') {\n",
      },
    ],
    hint: 'an execution still runs at its deadline, fails later, and its event is never told',
  },
  {
    id: 'p46',
    name: 'a recovery is looked after like any execution',
    expects: ['V20', 'V13'],
    edits: [
      {
        file: recover,
        find: '  await ports.reminders.remind(orderId, longestReminderSeconds);\n  const started',
        replace: '  const started',
      },
    ],
    hint: 'an execution fails, its recovery fails, and the event of the second is never told',
  },
  {
    id: 'p47',
    name: 'recovery ends after five runs, and parks the order',
    expects: ['V21', 'V20', 'V13'],
    edits: [
      {
        file: 'lambdas/domain/recovery.ts',
        find: "if (waitMs === undefined) return { move: 'give up' };",
        replace: "if (waitMs === undefined) return { move: 'start' };",
      },
    ],
    hint: 'a compensation that fails for good: it runs for ever',
  },
  {
    id: 'p48',
    name: 'an order that is parked or held is left alone',
    expects: [],
    edits: [
      {
        file: recover,
        find: "  if (await ports.parking.isParked(parkedOrderId(orderId))) return 'parked';\n",
        replace: '',
      },
    ],
    hint: 'Running the machine again is harmless at any time, and recovery is bounded; no story has an operator hold an order.',
    defenceInDepth: true,
  },
];
