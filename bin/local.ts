/** `npm start`: the whole pipeline on this machine. */
import { main } from './local/main.ts';

process.exitCode = await main(process.argv.slice(2));
