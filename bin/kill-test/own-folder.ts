/** A run on a data folder of its own, reported as text and JSON; the folder is kept when a check fails. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expectWritable } from '../command/json-file.ts';
import { synthesize } from '../command/synthesize.ts';
import { allHold, type CheckResult } from '../demo/checks.ts';

/** What is run, and where everything survives. */
export interface Setup {
  readonly assembly: string;
  readonly dataDir: string;
}

export interface FolderRun<Report> {
  /** Of the command. */
  readonly name: string;
  readonly seed: number;
  readonly json: string | undefined;
  readonly signal: AbortSignal;
  readonly run: (setup: Setup) => Promise<Report>;
  readonly render: (report: Report) => string;
  /** Into a document. @default nowhere */
  readonly write?: (report: Report) => void;
}

/** Resolves with the exit status. */
export async function onOwnFolder<Report extends { readonly checks: readonly CheckResult[] }>({
  name,
  seed,
  json,
  signal,
  run,
  render,
  write,
}: FolderRun<Report>): Promise<number> {
  if (json) expectWritable(json);
  const assembly = await synthesize(signal);
  const dataDir = mkdtempSync(join(tmpdir(), `everonce-${name}-`));
  let holds = false;
  try {
    const report = await run({ assembly, dataDir });
    console.log(render(report));
    if (json) writeFileSync(json, `${JSON.stringify(report, null, 2)}\n`);
    write?.(report);
    holds = allHold(report.checks);
  } finally {
    if (holds || signal.aborted) rmSync(dataDir, { recursive: true, force: true });
    else console.error(`\n--seed ${seed} failed; its data is in ${dataDir}`);
  }
  return holds ? 0 : 1;
}
