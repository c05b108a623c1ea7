import { createMCPClient } from "@ai-sdk/mcp";
import { createOpenAICompatible } from "@ai-sdk/openai-compatible";
import { generateText, stepCountIs } from "ai";

const { MCP_URL, MCP_TOKEN, QUESTION, OPENAI_BASE_URL } = process.env;
const headers = { Authorization: `Bearer ${MCP_TOKEN}` };
const client = await createMCPClient({ transport: { type: "http", url: MCP_URL, headers } });
const model = createOpenAICompatible({ name: "stub", baseURL: OPENAI_BASE_URL, apiKey: "x" })("stub");
await generateText({ model, tools: await client.tools(), prompt: QUESTION, stopWhen: stepCountIs(20) });
const resource = JSON.stringify(await client.readResource({ uri: "product://1" }));
const getPrompt = client.getPrompt ?? client.experimental_getPrompt;
const found = { resource: resource.includes("sku") ? "ok" : "**failed**" };
if (getPrompt) {
  const prompt = await getPrompt.call(client, { name: "sales_report", arguments: { category: "Toys" } });
  found.prompt = JSON.stringify(prompt).includes("Toys") ? "ok" : "**failed**";
}
await client.close();
console.log(JSON.stringify(found));
