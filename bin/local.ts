/** `npm start`: the whole pipeline on this machine. Checks that Node can run it, then runs it. */
const needed = 24;
const major = Number(process.versions.node.split('.')[0]);

if (major < needed) {
  console.error(
    `Everonce needs Node ${needed} or later, this is ${process.versions.node}: ` +
      'run it by `npm start`, which brings its own, or install Node 24.',
  );
  process.exitCode = 1;
} else {
  const { main } = await import('./local/main.ts');
  process.exitCode = await main(process.argv.slice(2));
}
