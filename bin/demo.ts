/** `npm run demo`: a whole order book through the pipeline, with checks and numbers at the end. */
import { main } from './demo/main.ts';

// An interrupted run leaves clients and timers behind that would keep the process alive.
process.exit(await main(process.argv.slice(2)));
