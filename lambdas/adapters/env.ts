/** Reads the environment once, when the module loads; one error names everything that is missing. */
import { PermanentFault } from '../contract/faults.ts';

export function readEnv<Name extends string>(...names: readonly Name[]): Record<Name, string> {
  const missing = names.filter((name) => !process.env[name]);
  if (missing.length > 0)
    throw new PermanentFault(`environment variables not set: ${missing.join(', ')}`);
  return Object.fromEntries(names.map((name) => [name, process.env[name]])) as Record<Name, string>;
}
