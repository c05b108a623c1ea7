import { Agent, MCPServerStreamableHttp, run, setTracingDisabled } from "@openai/agents";

const { MCP_URL, MCP_TOKEN, QUESTION } = process.env;
setTracingDisabled(true);
const requestInit = { headers: { Authorization: `Bearer ${MCP_TOKEN}` } };
const server = new MCPServerStreamableHttp({ url: MCP_URL, name: "site", requestInit });
await server.connect();
await run(new Agent({ name: "a", model: "stub", mcpServers: [server] }), QUESTION, { maxTurns: 20 });
const found = {};
if (server.readResource) {
  const resource = JSON.stringify(await server.readResource("product://1"));
  found.resource = resource.includes("sku") ? "ok" : "**failed**";
}
if (server.getPrompt) {
  const prompt = JSON.stringify(await server.getPrompt("sales_report", { category: "Toys" }));
  found.prompt = prompt.includes("Toys") ? "ok" : "**failed**";
}
await server.close();
console.log(JSON.stringify(found));
process.exit(0);
