// The form works without this script, which adds dropping a file, and a progress bar.
const form = document.getElementById("upload");
if (form) {
  const input = form.querySelector("input");
  const button = form.querySelector("button");
  const progress = form.querySelector("progress");
  const refusal = document.getElementById("refusal");

  const refuse = (sentence) => {
    refusal.textContent = sentence;
    progress.hidden = true;
    button.disabled = false;
  };

  const isOfType = (file) => form.dataset.endings.split(" ").some((ending) => file.name.toLowerCase().endsWith(ending));

  const send = (file) => {
    const request = new XMLHttpRequest();
    request.open("PUT", location.href);
    request.setRequestHeader("Content-Type", form.dataset.type);
    request.upload.addEventListener("progress", (event) => (progress.value = event.loaded / (event.total || 1)));
    request.addEventListener("load", () => {
      // The page shows the result.
      if (request.status === 201 || request.status === 410) location.reload();
      else refuse(request.responseText);
    });
    request.addEventListener("error", () => refuse(form.dataset.broken));
    refusal.textContent = "";
    progress.value = 0;
    progress.hidden = false;
    button.disabled = true;
    request.send(file);
  };

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const [file] = input.files;
    if (isOfType(file)) send(file);
    else refuse(form.dataset.wrong);
  });

  form.addEventListener("dragover", (event) => {
    event.preventDefault();
    form.classList.add("dropping");
  });
  form.addEventListener("dragleave", () => form.classList.remove("dropping"));
  form.addEventListener("drop", (event) => {
    event.preventDefault();
    form.classList.remove("dropping");
    if (event.dataTransfer.files.length) input.files = event.dataTransfer.files;
  });
}
