/** `npm run soak`: load, random faults and kills in real time for minutes, and whether all still holds. */
import { main } from './soak/main.ts';

// An interrupted run leaves clients behind that would keep the process alive.
process.exit(await main(process.argv.slice(2)));
