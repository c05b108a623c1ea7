import { Agent } from "@mastra/core/agent";
import { MCPClient } from "@mastra/mcp";

const { MCP_URL, MCP_TOKEN, QUESTION, OPENAI_BASE_URL } = process.env;
const requestInit = { headers: { Authorization: `Bearer ${MCP_TOKEN}` } };
const client = new MCPClient({ servers: { site: { url: new URL(MCP_URL), requestInit } } });
const model = { id: "stub/stub", url: OPENAI_BASE_URL, apiKey: "x" };
const tools = await client.listTools();
const agent = new Agent({ id: "a", name: "a", instructions: "Help.", model, tools });
await agent.generate(QUESTION, { maxSteps: 20 });
const resource = JSON.stringify(await client.resources.read("site", "product://1"));
const prompt = JSON.stringify(
  await client.prompts.get({ serverName: "site", name: "sales_report", args: { category: "Toys" } }),
);
await client.disconnect();
console.log(
  JSON.stringify({
    resource: resource.includes("sku") ? "ok" : "**failed**",
    prompt: prompt.includes("Toys") ? "ok" : "**failed**",
  }),
);
process.exit(0);
