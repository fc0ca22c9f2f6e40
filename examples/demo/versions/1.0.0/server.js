// Version 1.0.0 of the demo's shop. It listens on the port it is given and names its version in every answer.
import { createServer } from 'node:http';

const version = '1.0.0';

const isBroken = () => false;

const server = createServer((request, response) => {
  const broken = isBroken(request.url);
  response.writeHead(broken ? 500 : 200, { 'content-type': 'text/plain', 'x-deployment-version': version });
  response.end(broken ? 'the basket is lost\n' : `shop ${version}\n`);
});
server.listen(Number(process.env.PORT), '127.0.0.1');
process.on('SIGTERM', () => server.close(() => process.exit(0)));
