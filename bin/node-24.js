/** One clear line where Node is too old, which else stumbles over the first `.ts` file. Plain JavaScript. */
import process from 'node:process';

const needed = 24;
const { node } = process.versions;

if (Number(node.split('.')[0]) < needed) {
  console.error(
    `Everonce needs Node ${needed} or later, this is ${node}. On Linux (x64, arm64) and Windows ` +
      '(x64) npm ci brings it along, unless optional dependencies are left out, and npm start, ' +
      'npm test and the other commands use it. Elsewhere install it: https://nodejs.org',
  );
  process.exit(1);
}
