/** What is known of one execution and where it stands: at first as the journal has it. */
import type { ExecutionFacts, Standing, Status } from './facts.ts';
import { History } from './history.ts';
import type { Machine, Surroundings } from './surroundings.ts';

export class ExecutionState implements ExecutionFacts {
  readonly machine: Machine;
  readonly surroundings: Surroundings;
  readonly number: number;
  readonly name: string;
  readonly arn: string;
  readonly machineArn: string;
  readonly input: string;
  readonly startMs: number;
  readonly history: History;
  status: Status = 'RUNNING';
  stopMs: number | undefined;
  output: string | undefined;
  error: string | undefined;
  cause: string | undefined;
  redriveCount: number;
  redriveMs: number | undefined;
  /** The current state, and since when. */
  state: string;
  enteredMs: number;
  enteredId: number;
  variables: Readonly<Record<string, unknown>>;
  /** The current state's input, and how it stands in the history. */
  value: unknown;
  text: string;
  readonly parsedInput: unknown;

  /** As the journal has it, closed ones too; nothing happens until it is started, resumed or redriven. */
  constructor(machine: Machine, standing: Standing, surroundings: Surroundings) {
    const { position, redriveMs } = standing;
    this.machine = machine;
    this.surroundings = surroundings;
    this.number = standing.number;
    this.name = standing.name;
    this.arn = standing.arn;
    this.machineArn = standing.machineArn;
    this.input = standing.input;
    this.startMs = standing.startMs;
    this.redriveCount = standing.redriveCount;
    this.redriveMs = redriveMs;
    this.history = new History(standing.eventCount);
    this.state = position?.state ?? machine.definition.startAt;
    this.enteredId = position?.enteredId ?? 0;
    this.enteredMs = Math.max(position?.enteredMs ?? standing.startMs, redriveMs ?? 0);
    this.variables = JSON.parse(position?.variables ?? '{}') as Record<string, unknown>;
    this.text = position?.text ?? standing.input;
    this.parsedInput = JSON.parse(standing.input);
    this.value = this.text === standing.input ? this.parsedInput : JSON.parse(this.text);
  }

  get eventCount(): number {
    return this.history.length;
  }
}
