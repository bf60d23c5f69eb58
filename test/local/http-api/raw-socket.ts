/** Bytes to a port, and whatever comes back until the server closes or `isDone` holds. */
import { connect } from 'node:net';

export function exchange(
  port: number,
  bytes: string | Buffer,
  isDone: (text: string) => boolean = () => false,
): Promise<string> {
  return new Promise((resolve) => {
    let text = '';
    const socket = connect(port, '127.0.0.1', () => socket.write(bytes));
    socket.on('data', (chunk) => {
      text += chunk.toString('latin1');
      if (isDone(text)) socket.destroy();
    });
    // A reset is a way to close.
    socket.on('error', () => {});
    socket.on('close', () => resolve(text));
  });
}
