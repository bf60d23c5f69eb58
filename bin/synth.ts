/** `npm run synth`: the CDK's own command, and then in a few lines what it wrote where. */
import { spawnSync } from 'node:child_process';
import { parseArgs } from 'node:util';
import { describeAssembly } from './synth/describe-assembly.ts';

const args = process.argv.slice(2);
const { status, signal, error } = spawnSync('cdk', ['synth', '--quiet', '--no-notices', ...args], {
  stdio: 'inherit',
  // On Windows the CDK is a command file, which only a shell can run.
  shell: process.platform === 'win32',
});
if (error) console.error(`The CDK could not be run (${error.message}); npm ci installs it.`);
process.exitCode = signal ? 1 : (status ?? 1);
if (process.exitCode === 0 && !args.includes('--help') && !args.includes('-h'))
  console.log(describeAssembly(outputFolder(args)));

/** The CDK decides on everything else; only this one of its options is of interest here. */
function outputFolder(cdkArgs: readonly string[]): string {
  const { values } = parseArgs({
    args: [...cdkArgs],
    options: { output: { type: 'string', short: 'o' } },
    strict: false,
  });
  return typeof values.output === 'string' ? values.output : 'cdk.out';
}
