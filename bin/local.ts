/** `npm start`: the whole pipeline on this machine. */
import { main } from './local/main.ts';

// Orders in flight at the end have timers that would keep the process alive.
process.exit(await main(process.argv.slice(2)));
