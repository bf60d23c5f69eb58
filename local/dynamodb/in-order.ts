/** dynoxide gives attributes in another order each time; two runs under one seed must not differ. */
export function inOrder(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inOrder);
  if (typeof value !== 'object' || value === null) return value;
  const names = Object.keys(value);
  if (names.length > 1) names.sort();
  const members = value as Record<string, unknown>;
  return Object.fromEntries(names.map((name) => [name, inOrder(members[name])]));
}
