
// The bridge to the client that draws this view: JSON-RPC by postMessage, as MCP Apps of 2026-01-26 has it.
// docs/views.md shows how a view uses it. What is assigned to `mcp.on…` before the page is loaded, misses nothing.
const mcp = (() => {
  const root = document.documentElement;
  const waiting = new Map();
  let requests = 0;

  // The client may show its page under any origin, and a sandbox of its own between: only the window is known.
  const post = (message) => parent.postMessage({ jsonrpc: "2.0", ...message }, "*");
  const notify = (method, params) => post({ method, params });
  const ask = (method, params) =>
    new Promise((resolve, reject) => {
      waiting.set(++requests, { resolve, reject });
      post({ id: requests, method, params });
    });

  const text = ({ content = [] }) => content.map((block) => block.text ?? "").join("\n");
  const data = (result) => {
    if (result.structuredContent) return result.structuredContent;
    try {
      return JSON.parse(text(result)); // revisions before 2025-06-18 have nothing else
    } catch {
      return text(result);
    }
  };

  const bridge = {
    client: {}, // what it can do
    context: {}, // theme, locale, timeZone, …
    oninput() {},
    onresult() {},
    onerror: (reason) => bridge.say(reason),
    onteardown() {},
    /** Call a tool and return its result. Throws an Error with the text of a refusal. */
    async call(name, args) {
      const result = await ask("tools/call", { name, arguments: args });
      if (result.isError) throw new Error(text(result));
      return data(result);
    },
    /** Say something where everybody notices it, with a screen reader too. */
    say: (words) => (document.getElementById("status").textContent = words),
    /** Let the model know what happened here, should the client tell it. */
    tell(words) {
      if (!bridge.client.updateModelContext) return;
      ask("ui/update-model-context", { content: [{ type: "text", text: words }] }).catch(() => {});
    },
    /** Ask the client to open a page, which a link in a view cannot. */
    open: (url) => ask("ui/open-link", { url }),
  };

  const adapt = (changes) => {
    Object.assign(bridge.context, changes);
    if (changes.theme) root.style.colorScheme = changes.theme;
    for (const [name, value] of Object.entries(changes.styles?.variables ?? {})) {
      root.style.setProperty(name, value);
    }
  };

  let height;
  const resized = new ResizeObserver(() => {
    const now = Math.ceil(root.getBoundingClientRect().height);
    if (now !== height) notify("ui/notifications/size-changed", { width: innerWidth, height: (height = now) });
  });

  const methods = new Map([
    ["ping", () => ({})],
    ["ui/notifications/host-context-changed", adapt],
    ["ui/notifications/tool-input", (params) => bridge.oninput(params.arguments ?? {})],
    [
      "ui/notifications/tool-result",
      (result) => {
        if (result.isError) return bridge.onerror(text(result));
        bridge.say("");
        return bridge.onresult(data(result));
      },
    ],
    ["ui/notifications/tool-cancelled", ({ reason }) => bridge.onerror(`Cancelled. ${reason ?? ""}`)],
    [
      "ui/resource-teardown",
      async () => {
        resized.disconnect();
        await bridge.onteardown();
      },
    ],
  ]);

  addEventListener("message", async ({ source, data: message }) => {
    if (source !== parent || message?.jsonrpc !== "2.0") return;
    const { id, method, params = {}, result, error } = message;
    if (!method) {
      const { resolve, reject } = waiting.get(id) ?? {};
      waiting.delete(id);
      if (error) reject?.(new Error(error.message));
      else resolve?.(result);
      return;
    }
    const act = methods.get(method);
    if (id === undefined) {
      act?.(params);
    } else if (act) {
      post({ id, result: (await act(params)) ?? {} });
    } else {
      post({ id, error: { code: -32601, message: "Method not found" } });
    }
  });

  addEventListener("DOMContentLoaded", async () => {
    const { hostCapabilities, hostContext } = await ask("ui/initialize", {
      appInfo: { name: document.title, version: "1" },
      appCapabilities: { availableDisplayModes: ["inline", "fullscreen"] },
      protocolVersion: "2026-01-26",
    });
    bridge.client = hostCapabilities ?? {};
    adapt(hostContext ?? {});
    notify("ui/notifications/initialized", {});
    resized.observe(root);
  });

  return bridge;
})();
