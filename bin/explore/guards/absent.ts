/** Guards of the charter that this pipeline does not have, each with the reason. */
export const absentGuards: Readonly<Record<string, string>> = {
  g17: 'no queue is a FIFO queue: consumers tolerate any order',
  g31: 'no step waits for a callback: providers are asked, and asked again',
  g32: 'no step waits for a callback: providers are asked, and asked again',
  g33: 'no webhook is taken: no provider calls us',
  g34: 'no webhook is taken: no provider calls us',
  g35: 'no webhook is taken: no provider calls us',
  g36: "no provider tells a status of its own accord: a payment's row moves by our versioned writes only (g22a, g22b)",
  g38: 'no gap can harm: each change carries the whole order, so that a missed one is made up by the next',
  g39: 'a row of the view has one source, the stream of orders',
  g42: 'the view is not rebuilt beside itself: a rescue feeds the live one, under its guards (g13, g37a)',
  g48: 'what a provider made is found and undone by the compensation of its step (g26b, p29, p31); nothing compares the books afterwards',
};
