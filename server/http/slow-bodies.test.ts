import { once } from 'node:events';
import { connect } from 'node:net';
import express from 'express';
import { expect, it } from 'vitest';
import { allowUpload, limitBodies } from './slow-bodies.ts';

it('ends who sends slowly, but not who may send a file', async () => {
  const app = express();
  app.use(limitBodies(150));
  app.post('/form', (request) => void request.resume());
  app.post('/file', (request, response) => {
    allowUpload(request);
    request.resume().once('end', () => response.end('whole'));
  });
  const server = app.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;

  const send = async (path: string): Promise<string> => {
    const socket = connect(port, '127.0.0.1');
    socket.on('error', () => {});
    let answer = '';
    socket.setEncoding('utf8').on('data', (text: string) => {
      answer += text;
      socket.destroy();
    });
    socket.write(`POST ${path} HTTP/1.1\r\nhost: x\r\ncontent-length: 6\r\n\r\n`);
    const timer = setInterval(() => socket.write('x'), 60);
    await once(socket, 'close');
    clearInterval(timer);
    return answer;
  };
  expect(await send('/form')).toBe('');
  expect(await send('/file')).toContain('whole');
  server.closeAllConnections();
  server.close();
});
