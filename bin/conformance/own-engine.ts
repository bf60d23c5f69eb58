/** The engine of this project as an endpoint, started for one comparison. */
import { createEngine } from '../../local/engine.ts';
import { createGatewayServer } from '../../local/gateway/port.ts';

export interface OwnEngine {
  readonly endpoint: string;
  /** What went wrong inside, and is no answer of AWS. */
  readonly defects: readonly unknown[];
  stop(): Promise<void>;
}

/** `assembly` is the folder of what was synthesized. */
export async function startOwnEngine(assembly: string): Promise<OwnEngine> {
  const defects: unknown[] = [];
  const onDefect = (error: unknown) => void defects.push(error);
  const engine = await createEngine({ assembly, kernel: 'real', onDefect });
  const server = await createGatewayServer(engine.gateway, 0);
  const stop = async () => {
    await server.close();
    await engine.stop();
  };
  return { endpoint: `http://127.0.0.1:${server.port}`, defects, stop };
}
