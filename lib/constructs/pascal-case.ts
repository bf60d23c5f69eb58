/** `reserve-stock` → `ReserveStock`: one word in file, construct, state and log. */
export const pascalCase = (entry: string): string =>
  entry.replaceAll(/(?:^|-)(\w)/g, (_, letter: string) => letter.toUpperCase());
