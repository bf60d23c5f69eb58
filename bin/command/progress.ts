/** A progress bar on a terminal, nothing elsewhere: logs stay readable. */
export interface Progress {
  update(done: number): void;
  finish(): void;
}

const width = 40;

export function createProgress(label: string, total: number): Progress {
  const { stderr } = process;
  if (!stderr.isTTY) return { update: () => {}, finish: () => {} };
  return {
    update(done) {
      const filled = Math.round((width * done) / total);
      const bar = '█'.repeat(filled) + '░'.repeat(width - filled);
      stderr.write(`\r${label} ${bar} ${done}/${total}`);
    },
    finish: () => void stderr.write('\r\u001b[K'),
  };
}
