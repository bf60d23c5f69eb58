/** `npm run mutate`: every rule and guard broken in every small way, and the tests that notice. */
import { main } from './mutate/main.ts';

// Test runners that were given up would keep the process alive.
process.exit(await main(process.argv.slice(2)));
