/** A progress bar on a terminal, nothing elsewhere: logs stay readable. */
export interface Progress {
  /** `note` says more behind the bar. */
  update(done: number, note?: string): void;
  finish(): void;
}

const width = 40;

export function createProgress(label: string, total: number): Progress {
  const { stderr } = process;
  if (!stderr.isTTY) return { update: () => {}, finish: () => {} };
  return {
    update(done, note = '') {
      const filled = Math.round((width * done) / total);
      const bar = '█'.repeat(filled) + '░'.repeat(width - filled);
      const line = `${label} ${bar} ${done}/${total}${note && ` ${note}`}`;
      // A line that is broken in two would not be written over.
      stderr.write(`\r${line.slice(0, stderr.columns - 1)}\u001b[K`);
    },
    finish: () => void stderr.write('\r\u001b[K'),
  };
}
