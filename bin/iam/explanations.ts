/**
 * Why a grant may stay that no test uses, and a statement that no test misses. One that matches nothing
 * any more is an error.
 */

export interface Explanation {
  /** Which findings, as they are printed. */
  readonly about: RegExp;
  readonly reason: string;
}

/** Matched against `<logical id>#<index> <action> <resource>`. */
export const neverUsed: readonly Explanation[] = [
  {
    about: /^ApiAdjustStock\w+#\d+ dynamodb:GetItem .*Idempotency/,
    reason:
      'Powertools reads the record of a command where a refused condition brought none, which ' +
      'DynamoDB never leaves out',
  },
  {
    about: /^PlaceOrderRecoveryQueuePolicy\w+#\d+ sqs:GetQueue(Attributes|Url) /,
    reason: 'the CDK grants them to every rule that sends to a queue; EventBridge only sends',
  },
  {
    about: /^CustomS3AutoDeleteObjects|^OrdersFailuresBucketPolicy\w+#1 /,
    reason: 'serves `cdk destroy`, which empties the bucket; the engine has no custom resources',
  },
];

/** Matched against `<effect> <logical id>#<index> <actions>`. */
export const missedByNone: readonly Explanation[] = [
  {
    about: /^Deny \w+Policy\w+#0 (sqs|s3):\*$/,
    reason: 'refuses plain HTTP, which nothing here speaks: every call counts as TLS',
  },
  {
    about: /^Allow Api(GetRoute|GetOpenapiJsonRoute)\w+CallPermission\w+#0 lambda:InvokeFunction$/,
    reason:
      'the CDK gives each route a permission, and that of `$default`, for the same function, covers ' +
      'every route',
  },
  {
    about: /^Allow CustomS3AutoDeleteObjects|^Allow OrdersFailuresBucketPolicy\w+#1 /,
    reason: 'serves `cdk destroy`, which empties the bucket; the engine has no custom resources',
  },
];
