/** `npm run explore`: every fault, at every site, against every invariant. */
import { main } from './explore/main.ts';

process.exit(await main(process.argv.slice(2)));
