/** How an emulated AWS service looks from the gateway. */

/** Who makes a call. */
export interface Caller {
  /** Function name, or `outside` for clients on the local port, or the service's own name. */
  readonly name: string;
  /** Whose permissions count. Undefined for the account's administrator. */
  readonly roleArn: string | undefined;
}

export interface Service {
  /** `dynamodb`, `sqs`, `states`, as in the host name. */
  readonly name: string;
  /** One API action on parsed JSON. Throws `AwsError` for what AWS would answer as an error. */
  call(action: string, input: Record<string, unknown>, caller: Caller): Promise<object>;
}

/** An error answer of an AWS API, in the shape of the JSON protocols. */
export class AwsError extends Error {
  override readonly name = 'AwsError';
  readonly code: string;
  readonly status: number;
  /** Members beside `__type` and `message`, e.g. `Item` or `CancellationReasons`. */
  readonly members: Readonly<Record<string, unknown>>;

  constructor(
    code: string,
    message: string,
    options: { status?: number; members?: Record<string, unknown> } = {},
  ) {
    super(message);
    this.code = code;
    this.status = options.status ?? 400;
    this.members = options.members ?? {};
  }
}

/** Something that has work: `pending()` names what keeps the engine from being quiescent. */
export interface Busy {
  pending(): string[];
}
