/** `npm run kill-test`: the engine killed again and again under load, and what is left of the orders. */
import { main } from './kill-test/main.ts';

// An interrupted run leaves clients behind that would keep the process alive.
process.exit(await main(process.argv.slice(2)));
