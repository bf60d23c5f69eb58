/** Names and ARNs of executions and machines, by AWS's rules. */
import { AwsError } from '../gateway/service.ts';

const forbidden = /[\s<>{}[\]?*"#%\\^|~`$&,;:/\p{Cc}\p{Cs}\uFFFE\uFFFF]|\u{10FFFF}/u;

/** 1 to 80 characters, none of those AWS forbids. */
export function checkName(name: string): string {
  if (name.length >= 1 && name.length <= 80 && !forbidden.test(name)) return name;
  const rule = '1 to 80 characters without white space, brackets, wildcards and special characters';
  throw new AwsError('InvalidName', `Invalid Name: '${name}', expected ${rule}`);
}

export const executionArn = (machineArn: string, name: string): string =>
  `${machineArn.replace(':stateMachine:', ':execution:')}:${name}`;
