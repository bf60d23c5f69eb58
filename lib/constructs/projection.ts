/** CQRS read model: a table that one reader of an outbox's stream keeps equal to the write model. */
import { Duration } from 'aws-cdk-lib';
import type { GlobalSecondaryIndexPropsV2 } from 'aws-cdk-lib/aws-dynamodb';
import { Construct } from 'constructs';
import type { Outbox } from './outbox.ts';
import { PipelineFunction } from './pipeline-function.ts';
import { PipelineTable } from './pipeline-table.ts';

export interface ProjectionProps {
  /** Whose changes. */
  readonly of: Outbox;
  /** File name of the projector in `lambdas/`. */
  readonly entry: string;
  /** Variable in which the projector, and who reads, finds the table's name. */
  readonly variable: string;
  readonly indexes?: GlobalSecondaryIndexPropsV2[];
  readonly timeToLiveAttribute?: string;
}

export class Projection extends Construct {
  readonly table: PipelineTable;
  readonly projector: PipelineFunction;
  readonly #variable: string;

  constructor(scope: Construct, id: string, props: ProjectionProps) {
    super(scope, id);
    this.#variable = props.variable;
    const { of: outbox, entry, indexes, timeToLiveAttribute } = props;
    this.table = new PipelineTable(this, 'Table', {
      partitionKey: 'id',
      ...(indexes && { indexes }),
      ...(timeToLiveAttribute && { timeToLiveAttribute }),
    });
    this.projector = new PipelineFunction(this, 'Projector', {
      entry,
      timeout: Duration.seconds(30),
    });
    // It writes its own table and nothing else: replaying can never repeat an effect.
    this.grantWrite(this.projector);
    outbox.readBy(this.projector);
  }

  /** Lets `fn` write rows and counters, and tells it the table's name. */
  grantWrite(fn: PipelineFunction): void {
    this.table.grantTo(fn, this.#variable, ['PutItem', 'UpdateItem']);
  }
}
