// The list of tools depends on the caller, so the page asks for a token first. It stays in the memory of this page.

// This class switches on Swagger UI's own dark mode.
document.documentElement.classList.toggle("dark-mode", matchMedia("(prefers-color-scheme: dark)").matches);

const form = document.getElementById("sign-in");
const message = document.getElementById("message");

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  message.textContent = "";
  const token = document.getElementById("token").value.trim();
  if (!/^[!-~]+$/.test(token)) {
    message.textContent = "This is not a token. A token is shown in full only once, when it is created.";
    return;
  }
  let answer;
  try {
    answer = await fetch("openapi.json", { headers: { Authorization: `Bearer ${token}` } });
  } catch {
    message.textContent = "The server does not answer. Try again.";
    return;
  }
  if (!answer.ok) {
    const problem = await answer.json().catch(() => ({}));
    message.textContent =
      answer.status === 401
        ? "This token is not valid."
        : (problem.detail ?? problem.error_description ?? `The server answered ${answer.status}. Try again.`);
    return;
  }
  const ui = SwaggerUIBundle({
    dom_id: "#tools",
    spec: await answer.json(),
    validatorUrl: null,
    onComplete: () => ui.preauthorizeApiKey("token", token),
  });
});
