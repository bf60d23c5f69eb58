/** A progress bar on a terminal; elsewhere a line for each minute, so that logs stay readable. */
export interface Progress {
  /** `note` says more behind the bar. */
  update(done: number, note?: string): void;
  finish(): void;
}

export interface ProgressSettings {
  /** @default stderr */
  readonly out?: Out;
  /** Of a clock that only goes forward. */
  readonly nowMs?: () => number;
}

type Out = {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
};

const width = 40;
const lineEveryMs = 60_000;

export function createProgress(
  label: string,
  total: number,
  { out = process.stderr, nowMs = () => performance.now() }: ProgressSettings = {},
): Progress {
  return out.isTTY ? barOn(out, { label, total }) : linesOn(out, { label, total, nowMs });
}

type What = { readonly label: string; readonly total: number };

const textOf = (done: number, total: number, note: string): string =>
  `${done}/${total}${note && ` ${note}`}`;

const barOn = (out: Out, { label, total }: What): Progress => ({
  update(done, note = '') {
    const filled = Math.round((width * done) / total);
    const bar = '█'.repeat(filled) + '░'.repeat(width - filled);
    const line = `${label} ${bar} ${textOf(done, total, note)}`;
    // A line that is broken in two would not be written over.
    out.write(`\r${line.slice(0, (out.columns ?? 80) - 1)}\u001b[K`);
  },
  finish: () => void out.write('\r\u001b[K'),
});

function linesOn(out: Out, { label, total, nowMs }: What & { nowMs: () => number }): Progress {
  let nextMs = nowMs() + lineEveryMs;
  return {
    update(done, note = '') {
      if (nowMs() < nextMs) return;
      nextMs = nowMs() + lineEveryMs;
      out.write(`${label} ${textOf(done, total, note)}\n`);
    },
    finish: () => {},
  };
}
