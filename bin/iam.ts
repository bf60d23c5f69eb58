/** `npm run iam`: every grant of the template used by some test, every statement missed by one. */
import { main } from './iam/main.ts';

// An interrupted run leaves children and timers behind that would keep the process alive.
process.exit(await main(process.argv.slice(2)));
