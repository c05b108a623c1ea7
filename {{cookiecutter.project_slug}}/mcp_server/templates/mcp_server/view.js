
// The bridge to the client that draws this view: JSON-RPC by postMessage (MCP Apps, 2026-01-26). docs/views.md shows
// how to use it. A function that is assigned to `mcp.on…` while the page loads, receives all events.
const mcp = (() => {
  const root = document.documentElement;
  const waiting = new Map();
  let requests = 0;

  // The origin of the client, or of its sandbox, can be any: only the parent window is known.
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
      return JSON.parse(text(result)); // revisions before 2025-06-18 have only text
    } catch {
      return text(result);
    }
  };

  const bridge = {
    client: {}, // its capabilities
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
    /** Show a status text, which screen readers announce. */
    say: (words) => (document.getElementById("status").textContent = words),
    /** Tell the model what happened in the view, if the client supports that. */
    tell(words) {
      if (!bridge.client.updateModelContext) return;
      ask("ui/update-model-context", { content: [{ type: "text", text: words }] }).catch(() => {});
    },
    /** Ask the client to open a page. A link in a view does not work. */
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
