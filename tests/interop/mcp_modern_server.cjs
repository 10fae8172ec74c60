// An MCP server on the official SDK's second version: it speaks 2026-07-28, and older versions with who begins by
// initialize. It has the tools `add`, `fail`, and `grow`, after which it has
// `grown` too.
//   node mcp_modern_server.cjs HOME stdio
//   node mcp_modern_server.cjs HOME http      prints "listening on http://127.0.0.1:PORT/mcp"
// HOME is where scripts/interop.sh has installed the SDK.
const http = require('node:http');
const [home, way] = process.argv.slice(2);
const installed = require('node:module').createRequire(home + '/package.json');
const { McpServer, createMcpHandler } = installed('@modelcontextprotocol/server');
const { serveStdio } = installed('@modelcontextprotocol/server/stdio');
const { z } = installed('zod');

function makeServer() {
  const server = new McpServer({ name: 'modern', version: '1.0.0' }, { capabilities: { tools: {} } });
  server.registerTool('add', {
    description: 'Adds two numbers.',
    inputSchema: z.object({ a: z.number(), b: z.number() }),
    outputSchema: z.object({ sum: z.number() }),
  }, async ({ a, b }) => ({ content: [{ type: 'text', text: String(a + b) }], structuredContent: { sum: a + b } }));
  server.registerTool('fail', { description: 'Fails.', inputSchema: z.object({}) },
    async () => ({ isError: true, content: [{ type: 'text', text: 'it failed' }] }));
  server.registerTool('grow', { description: 'Makes it offer one tool more.', inputSchema: z.object({}) }, async () => {
    server.registerTool('grown', { description: 'Is new.', inputSchema: z.object({}) },
      async () => ({ content: [{ type: 'text', text: 'grown' }] }));
    return { content: [{ type: 'text', text: 'growing' }] };
  });
  return server;
}

async function answer(handler, request, response) {
  const pieces = [];
  for await (const piece of request) pieces.push(piece);
  const answered = await handler.fetch(new Request('http://' + request.headers.host + request.url, {
    method: request.method, headers: request.headers, body: pieces.length ? Buffer.concat(pieces) : undefined,
  }));
  response.writeHead(answered.status, Object.fromEntries(answered.headers));
  if (answered.body) for await (const piece of answered.body) response.write(piece);
  response.end();
}

if (way === 'stdio') {
  serveStdio(makeServer);
} else {
  const handler = createMcpHandler(makeServer);
  const listening = http.createServer((request, response) => answer(handler, request, response));
  listening.listen(0, '127.0.0.1', () => console.log(`listening on http://127.0.0.1:${listening.address().port}/mcp`));
}
