/** Resource types that deploy but do nothing that the engine could show: known, and left alone. */

const passiveTypes: ReadonlySet<string> = new Set([
  'AWS::CDK::Metadata',
  'AWS::CloudWatch::Alarm',
  'AWS::CloudWatch::CompositeAlarm',
  'AWS::CloudWatch::Dashboard',
  'AWS::Cognito::UserPoolDomain',
  'AWS::Cognito::UserPoolResourceServer',
  'AWS::Logs::LogGroup',
  'AWS::Logs::MetricFilter',
  'Custom::LogRetention',
  'Custom::S3AutoDeleteObjects',
]);

/** Functions that the CDK adds for its custom resources: they serve a deploy, not the pipeline. */
const providerPrefixes = ['CustomS3AutoDeleteObjectsCustomResourceProvider', 'LogRetention'];

export const isPassive = (logicalId: string, type: string): boolean =>
  passiveTypes.has(type) ||
  (type === 'AWS::Lambda::Function' &&
    providerPrefixes.some((prefix) => logicalId.startsWith(prefix)));
