/** The UUID of an event source mapping, in the keys of its failure records: the same in every run. */
import { createHash } from 'node:crypto';

export function mappingId(logicalId: string): string {
  const hex = createHash('sha256').update(logicalId).digest('hex');
  const [a, b, c] = [hex.slice(0, 8), hex.slice(8, 12), hex.slice(13, 16)];
  return `${a}-${b}-4${c}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
