/** `npm run conformance`: what AWS documents, asked of any AWS-shaped endpoint. */
import { main } from './conformance/main.ts';

// Long polls of cases that were given up would keep the process alive.
process.exit(await main(process.argv.slice(2)));
