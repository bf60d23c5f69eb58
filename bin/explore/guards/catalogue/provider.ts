/** Guards before providers: no effect twice, none without a record, none that nobody undoes. */
import type { Guard } from '../guard.ts';

const payment = 'lambdas/domain/payment.ts';
const authorize = 'lambdas/shell/authorize-payment.ts';
const voiding = 'lambdas/shell/void-payment.ts';
const shipment = 'lambdas/domain/shipment.ts';
const book = 'lambdas/shell/book-shipment.ts';

export const providerGuards: readonly Guard[] = [
  {
    id: 'g25',
    name: 'an authorisation is asked for under the key that was stored',
    expects: ['V10', 'V11'],
    edits: [
      {
        file: authorize,
        find: 'ports.gateway.authorize(request, key)',
        replace: 'ports.gateway.authorize(request, crypto.randomUUID())',
      },
    ],
    hint: "the provider's answer is lost, and the step repeated",
  },
  {
    id: 'g26a',
    name: 'a step looks up what a forgotten key may have made, before it asks anew',
    expects: [],
    edits: [
      {
        file: payment,
        find: "isKeyValid(payment, now) ? 'create' : 'look up'",
        replace: "isKeyValid(payment, now) || payment ? 'create' : 'look up'",
      },
    ],
    hint: 'The deadline lets no step start so late.',
    defenceInDepth: true,
    pairs: [
      {
        with: 'p27',
        expects: ['V10', 'V11'],
        hint: 'a crash after an authorisation and before its row, and the order goes on when its deadline is long over',
      },
    ],
  },
  {
    id: 'g26b',
    name: 'the undo looks up what a forgotten key may have made, instead of burning it',
    expects: ['V10', 'V11'],
    edits: [
      {
        file: payment,
        find: "isKeyValid(tried, now) ? 'burn' : 'look up'",
        replace: "isKeyValid(tried, now) || tried ? 'burn' : 'look up'",
      },
    ],
    hint: 'a crash after an authorisation and before its row, and nobody looks after the order for 26 hours',
  },
  {
    id: 'p28',
    name: 'an authorisation is stored as tried before it is asked for',
    expects: ['V11', 'V15', 'V13'],
    edits: [
      {
        file: payment,
        find: "if (!payment) return { next: 'save', payment: firstTry(request, now) };",
        replace:
          "if (!payment) return { next: 'create', tried: { ...firstTry(request, now), version: 0 } };",
      },
      {
        file: authorize,
        find: 'save(move.tried, await create(ports, move.tried))',
        replace:
          'save(move.tried.version === 0 ? undefined : move.tried, await create(ports, move.tried))',
      },
    ],
    hint: 'a crash between the provider and the row, as often as the step is tried: the undo finds nothing to undo',
  },
  {
    id: 'p29',
    name: 'undoing a try settles what its request may still do',
    expects: ['V11', 'V15', 'V13'],
    edits: [
      {
        file: payment,
        find: "return { next: isKeyValid(tried, now) ? 'burn' : 'look up', tried };",
        replace: "return { next: 'save', payment: voided(tried) };",
      },
    ],
    hint: "the provider's answers are lost until the step's tries are used up: the hold stays",
  },
  {
    id: 'p30',
    name: 'what a key made that only answers errors is looked up by the step',
    expects: ['V11', 'V13'],
    edits: [
      {
        file: authorize,
        find: "    case 'key unusable': {\n",
        replace: "    case 'key unusable': {\n      if (answer) return declined(tried);\n",
      },
    ],
    hint: 'a card whose authorisation happens and is answered by 500, and by the same 500 when repeated',
  },
  {
    id: 'p31',
    name: 'what a key made that only answers errors is looked up by the undo',
    expects: ['V11', 'V13'],
    edits: [
      {
        file: voiding,
        find: "if (answer.outcome !== 'key unusable') return voided(tried);",
        replace: 'if (answer.outcome) return voided(tried);',
      },
    ],
    hint: 'a card whose authorisation happens and is answered by 500; the step fails before it repeats it',
  },
  {
    id: 'p32',
    name: 'a capture carries a key of its own',
    expects: [],
    edits: [
      {
        file: 'lambdas/shell/capture-payment.ts',
        find: 'key: captureKey(payment),',
        replace: 'key: crypto.randomUUID(),',
      },
    ],
    hint: 'The provider captures an intent once by its own state, and answers any other try with that state.',
    defenceInDepth: true,
  },
  {
    id: 'p33',
    name: 'one trier at a time is with the carrier',
    expects: ['V13', 'V19'],
    edits: [
      {
        file: shipment,
        find: "  if (tried.trier !== me.trier) return { next: 'wait', until: tried.leaseUntil };\n",
        replace: '',
      },
    ],
    hint: 'booking stops with the carrier and its task times out: the next try books beside it',
  },
  {
    id: 'p34',
    name: 'who tries a booking again looks up before',
    expects: ['V13', 'V19'],
    edits: [
      { file: shipment, find: 'isFirstTry: tried.version === 1', replace: 'isFirstTry: true' },
    ],
    hint: "the carrier's answer is lost, and the step repeated",
  },
  {
    id: 'p35',
    name: 'the undo waits until no trier can be with the carrier',
    expects: ['V15', 'V13'],
    edits: [
      {
        file: shipment,
        find: "      if (now < shipment.leaseUntil) return { next: 'wait', until: shipment.leaseUntil };\n",
        replace: '',
      },
    ],
    hint: 'booking times out with the carrier still at it; the order is cancelled meanwhile',
  },
  {
    id: 'p36',
    name: 'cancelling is stored before the carrier is asked, and keeps every trier out',
    expects: ['model'],
    edits: [
      {
        file: shipment,
        find: "      return { next: 'save', shipment: undone(shipment, 'CANCELLING') };\n    case 'BOOKED':\n      return { next: 'save', shipment: undone(shipment, 'CANCELLING') };",
        replace:
          "      return { next: 'cancel', cancelling: shipment };\n    case 'BOOKED':\n      return { next: 'cancel', cancelling: shipment };",
      },
      {
        file: shipment,
        find: "  assert.equal(cancelling.status, 'CANCELLING', 'a shipment is cancelled at the carrier first');\n",
        replace: '',
      },
    ],
    hint: 'any undo of a booking: it is gone before its row says that it goes; a row that has moved meanwhile is undone anew',
  },
  {
    id: 'p37',
    name: 'a booking is stored as tried before it is asked for',
    expects: ['V13', 'V19'],
    edits: [
      {
        file: shipment,
        find: "if (!shipment) return { next: 'save', shipment: lease(me, 1) };",
        replace: "if (!shipment) return { next: 'book', tried: lease(me, 0), isFirstTry: true };",
      },
      {
        file: book,
        find: 'shipments.save(move.tried, booked(move.tried, answer.booking))',
        replace:
          'shipments.save(move.tried.version === 0 ? undefined : move.tried, booked(move.tried, answer.booking))',
      },
      {
        file: book,
        find: 'shipments.save(tried, leaseGivenBack(tried, clock()))',
        replace:
          'shipments.save(tried.version === 0 ? undefined : tried, leaseGivenBack(tried, clock()))',
      },
    ],
    hint: 'a crash between the carrier and the row: the repeat books once more',
  },
  {
    id: 'p51',
    name: "the undo cancels the booking that its row knows, also where the carrier's list lags",
    expects: ['model', 'V13'],
    edits: [
      {
        file: 'lambdas/shell/cancel-shipment.ts',
        find: 'bookingId && !isListed ? [bookingId, ...live] : live',
        replace: 'live',
      },
    ],
    hint: 'an order that is booked is undone at once, and the carrier does not list it yet',
  },
  {
    id: 'p52',
    name: "the undo of a try whose key gives only errors waits until the provider's search must show it",
    expects: ['V11', 'V13', 'V17'],
    edits: [
      {
        file: 'lambdas/shell/void-payment.ts',
        find: 'count < attempt.number ? keyUnusable(tried, clock()) : voided(tried)',
        replace: 'voided(tried)',
      },
    ],
    hint: 'money is held and the answer is an error, and the order is cancelled at once',
  },
];
