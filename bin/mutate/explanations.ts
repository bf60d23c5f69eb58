/**
 * Why a change may go unnoticed, where it may. An explanation whose change is noticed after all, or can
 * no longer be made, is an error.
 */
export interface Explanation {
  readonly file: string;
  /** Parts of the changes as they are printed, each enough to know them by. */
  readonly changes: readonly string[];
  readonly reason: string;
}

export const explanations: readonly Explanation[] = [
  {
    file: 'lambdas/domain/daily-sales.ts',
    changes: ['a.currency <= b.currency'],
    reason: 'no two sums of a day have one currency',
  },
  {
    file: 'lambdas/domain/sales.ts',
    changes: ['sum * 31 - char.charCodeAt(0)'],
    reason: 'orders are spread as evenly; which shard counts an order is promised to nobody',
  },
  {
    file: 'lambdas/domain/shipment.ts',
    changes: ['now <= tried.leaseUntil'],
    reason: 'where both are equal it does not matter which one is taken',
  },
  {
    file: 'lambdas/shell/capture-payment.ts',
    changes: ['assert(«status !== ', "assert(status !== «'AUTHORIZED' → "],
    reason: 'an assertion: a payment that is still authorised never leaves the loop before it',
  },
  {
    file: 'lambdas/shell/confirm-order.ts',
    changes: [": «'' → "],
    reason: 'the confirmation of a decided order looks at no tracking number',
  },
  {
    file: 'lambdas/shell/read-order.ts',
    changes: ['known <= version'],
    reason: 'the line before has answered for equal versions',
  },
  {
    file: 'lambdas/shell/reject-order.ts',
    changes: ['assert(«order.status !== ', "assert(order.status !== «'PENDING' → "],
    reason: 'an assertion: the decision leaves no order pending',
  },
  {
    file: 'lambdas/shell/relay-outbox.ts',
    changes: ['stop === undefined → false'],
    reason: 'a stop that is none names no delivery, and so no change',
  },
  {
    file: 'lambdas/shell/relay-outbox.ts',
    changes: ['deliveries[stop].change»'],
    reason: 'a publisher never stops behind the last of its events; the type does not know',
  },
  {
    file: 'lambdas/shell/rescue-outbox.ts',
    changes: ['last !== undefined → true'],
    reason: 'an order has had an event since it was placed; the type does not know',
  },
  {
    file: 'lambdas/adapters/canonical-json.ts',
    changes: ['a <= b'],
    reason: 'no two names of an object are equal',
  },
  {
    file: 'lambdas/adapters/dynamo.ts',
    changes: ['error.CancellationReasons ?? «[] → '],
    reason: 'a reason without a code counts like no reason',
  },
  {
    file: 'lambdas/adapters/dynamo.ts',
    changes: ['boundedCalls(«{ tries: 3'],
    reason:
      'three tries are the default of the SDK too; that one ends after a second takes seconds',
  },
  {
    file: 'lambdas/adapters/dynamo-intake.ts',
    changes: ['«{ removeUndefinedValues: true } → ', 'removeUndefinedValues: «true → '],
    reason: 'no attribute is undefined today; one that becomes optional must not fail the write',
  },
  {
    file: 'lambdas/adapters/dynamo-intake.ts',
    changes: [
      "«answer.kind === 'order' → false»",
      "answer.kind === «'order' → ",
      '({ answer }: Rec',
    ],
    reason: 'describes the call in the message of a fault',
  },
  {
    file: 'lambdas/adapters/dynamo-order-store.ts',
    changes: ['«{ removeUndefinedValues: true } → ', '{ removeUndefinedValues: «true → '],
    reason: 'no attribute is undefined today; one that becomes optional must not fail the write',
  },
  {
    file: 'lambdas/adapters/dynamo-stock-store.ts',
    changes: ["found?.status && 'NONE'", "found?.status ?? «'NONE' → "],
    reason: 'a token says which write is repeated; any name for what was not there will do',
  },
  {
    file: 'lambdas/adapters/dynamo-stock-store.ts',
    changes: ['change <= 0'],
    reason: 'no movement is of nothing',
  },
  {
    file: 'lambdas/adapters/dynamo-stock-store.ts',
    changes: ["{ N: «'0' → "],
    reason: 'the tables in memory count an empty number as nothing; DynamoDB refuses it',
  },
  {
    file: 'lambdas/adapters/dynamo-view-store.ts',
    changes: ['const what = «'],
    reason: 'describes the call in the message of a fault',
  },
  {
    file: 'lambdas/adapters/dynamo-view-store.ts',
    changes: ['result.reasons[0].stored'],
    reason: 'only the Put, which is the first action, has a condition; the type does not know',
  },
  {
    file: 'lambdas/adapters/dynamo-view-store.ts',
    changes: [
      '?? «[] → ',
      '(!day || !currency) && !isCurrency(currency)',
      '«!day || !currency → false»',
      '«!day || !currency → !day && !currency»',
    ],
    reason:
      'the pattern fills every part or none, and only with a currency; the type does not know',
  },
  {
    file: 'lambdas/adapters/carrier-gateway.ts',
    changes: ['.errors[0].code»'],
    reason: 'the shape asks for at least one error; the type does not know',
  },
  {
    file: 'lambdas/adapters/dynamo-effects-reader.ts',
    changes: ['«`read effects of order'],
    reason: 'describes the call in the message of a fault',
  },
  {
    file: 'lambdas/adapters/dynamo-effects-reader.ts',
    changes: ['if («item → true»)'],
    reason: 'no item, and none under the name of its table, are read alike',
  },
  {
    file: 'lambdas/adapters/mailer.ts',
    changes: ['const what = «'],
    reason: 'describes the call in the message of a fault',
  },
  {
    file: 'lambdas/adapters/payment-gateway.ts',
    changes: ['const what = «'],
    reason: 'describes the call in the message of a fault',
  },
  {
    file: 'lambdas/adapters/provider-transport.ts',
    changes: ['«issue?.code → issue.code»'],
    reason: 'what does not fit a shape has an issue; the type does not know',
  },
  {
    file: 'lambdas/adapters/idempotent-command.ts',
    changes: ['useLocalCache: «false → true»'],
    reason: 'a layer lives for one invocation, in which its cache can hold nothing yet',
  },
  {
    file: 'lambdas/adapters/rescue-runs.ts',
    changes: ['what: «`go on with page'],
    reason: 'describes the call in the message of a fault',
  },
  {
    file: 'lambdas/adapters/step-functions.ts',
    changes: [' | null).orderId»', '} catch «{ … → {}»'],
    reason:
      'what is thrown on a null is caught like no JSON; a function without return answers nothing',
  },
  {
    file: 'lambdas/adapters/step-functions.ts',
    changes: ['boundedCalls(«{ tries: 3'],
    reason:
      'three tries are the default of the SDK too; that one ends after two seconds takes seconds',
  },
  {
    file: 'lambdas/adapters/stream-batch.ts',
    changes: ['return «{ none: true } → {}»', 'none: «true → false»'],
    reason: 'what is neither a change nor poison is passed over, whatever else it says',
  },
];
