// A client that draws views: the official MCP client with the official bridge, in a web page.

import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import {
  AppBridge,
  PostMessageTransport,
  RESOURCE_MIME_TYPE,
  getToolUiResourceUri,
} from "@modelcontextprotocol/ext-apps/app-bridge";

const UI = "io.modelcontextprotocol/ui";

window.draw = async ({ url, token, name, args, context, sandbox }) => {
  const client = new Client(
    { name: "host", version: "1" },
    {
      capabilities: { extensions: { [UI]: { mimeTypes: [RESOURCE_MIME_TYPE] } } },
      versionNegotiation: { mode: "auto" },
    },
  );
  const requestInit = { headers: { Authorization: `Bearer ${token}` } };
  await client.connect(new StreamableHTTPClientTransport(new URL(url), { requestInit }));
  const tool = (await client.listTools()).tools.find((each) => each.name === name);
  const { contents } = await client.readResource({ uri: getToolUiResourceUri(tool) });
  const [{ text: html, _meta: { ui: { csp } } }] = contents;

  const frame = document.querySelector("iframe");
  const bridge = new AppBridge(
    client,
    { name: "host", version: "1" },
    { serverTools: {}, updateModelContext: { text: {} } },
    { hostContext: { ...context, toolInfo: { tool } } },
  );
  const told = [];
  bridge.onupdatemodelcontext = async ({ content }) => {
    told.push(content[0].text);
    return {};
  };
  bridge.onsizechange = ({ height }) => (frame.style.height = `${height}px`);
  bridge.onsandboxready = () => bridge.sendSandboxResourceReady({ html, csp, sandbox: "allow-scripts" });
  const initialized = new Promise((resolve) => (bridge.oninitialized = resolve));
  await bridge.connect(new PostMessageTransport(frame.contentWindow, frame.contentWindow));
  frame.src = sandbox;
  await initialized;
  bridge.sendToolInput({ arguments: args });
  bridge.sendToolResult(await client.callTool({ name, arguments: args }));

  window.host = { bridge, told, csp, view: bridge.getAppCapabilities() };
};
