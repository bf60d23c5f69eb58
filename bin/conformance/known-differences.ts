/** Where the engine is known to answer otherwise than AWS; docs/engine.md shows the same list. */

export interface KnownDifference {
  /** Of the case that shows it. */
  readonly id: string;
  /** What the engine does, and why it stays so. */
  readonly because: string;
}

export const knownDifferences: readonly KnownDifference[] = [
  {
    id: 'dynamodb.partiql',
    because: 'ExecuteStatement is refused by its name: nothing here writes PartiQL',
  },
  {
    id: 'dynamodb.index-added-later',
    because: 'UpdateTable is refused by its name: tables come from the template as they are',
  },
  {
    id: 'sqs.fifo',
    because: 'FIFO queues are refused when they are created: the patterns need no order of queues',
  },
  {
    id: 'states.parallel',
    because: 'Parallel is refused with the definition: a saga goes step by step',
  },
  {
    id: 'states.map',
    because: 'Map is refused with the definition: an order is handled as a whole',
  },
  {
    id: 'states.json-path',
    because: 'JSONPath is refused with the definition: all machines here are JSONata',
  },
];
