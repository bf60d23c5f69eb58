/** `npm run demo`: a whole order book through the pipeline, with checks and numbers at the end. */
import { writeFileSync } from 'node:fs';
import { parseOptions, usage } from './demo/options.ts';
import { renderReport } from './demo/report.ts';
import { runDemo } from './demo/run.ts';

async function main(): Promise<number> {
  const parsed = parseOptions(process.argv.slice(2));
  if (parsed.kind === 'help') {
    console.log(usage);
    return 0;
  }
  if (parsed.kind === 'mistake') {
    console.error(`${parsed.message}\n\n${usage}`);
    return 2;
  }
  const interruption = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const)
    process.on(name, () => {
      if (interruption.signal.aborted) process.exit(130);
      interruption.abort();
    });
  try {
    const report = await runDemo(parsed.options, interruption.signal);
    console.log(renderReport(report));
    if (parsed.options.json)
      writeFileSync(parsed.options.json, `${JSON.stringify(report, null, 2)}\n`);
    return report.checks.every(({ problems }) => problems.length === 0) ? 0 : 1;
  } catch (error) {
    if (interruption.signal.aborted) return 130;
    console.error(error instanceof Error ? error.message : error);
    return 1;
  }
}

process.exitCode = await main();
