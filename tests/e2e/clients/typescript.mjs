// The tour of test_clients.py with the official TypeScript SDK.
// Usage: node typescript.mjs URL TOKEN http|sse auto|legacy

import { Client, SSEClientTransport, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";

const [url, token, kind, mode] = process.argv.slice(2);
const Transport = kind === "sse" ? SSEClientTransport : StreamableHTTPClientTransport;
const client = new Client({ name: "e2e", version: "1" }, { versionNegotiation: { mode } });
await client.connect(
  new Transport(new URL(url), { requestInit: { headers: { Authorization: `Bearer ${token}` } } }),
);

const reports = [];
const slow = await client.callTool(
  { name: "count_slowly", arguments: { to: 2 } },
  { onprogress: ({ message }) => reports.push([performance.now(), message]) },
);
const answered = performance.now();
const sum = await client.callTool({ name: "add_numbers", arguments: { a: 2, b: 3 } });
const resource = await client.readResource({ uri: "product://1" });
const prompt = await client.getPrompt({ name: "sales_report", arguments: { category: "Garden" } });
const completion = await client.complete({
  ref: { type: "ref/prompt", name: "sales_report" },
  argument: { name: "category", value: "ga" },
});
const unknownIsAnError = await client.callTool({ name: "no_such_tool" }).then(
  (result) => Boolean(result.isError),
  () => true,
);

console.log(
  JSON.stringify({
    revision: client.getNegotiatedProtocolVersion(),
    tools: (await client.listTools()).tools.map((tool) => tool.name).sort(),
    sum: sum.content[0].text,
    count: slow.content[0].text,
    progress: reports.map(([, message]) => message),
    "progress came early": answered - reports[0][0] > 500,
    resources: (await client.listResources()).resources.map((found) => found.uri).sort(),
    product: JSON.parse(resource.contents[0].text).id,
    "prompt names the category": prompt.messages[0].content.text.includes("Garden"),
    completion: completion.completion.values,
    "unknown tool is an error": unknownIsAnError,
  }),
);
await client.close();
