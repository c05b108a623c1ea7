// Copy buttons: <button type="button" data-copy="ID" data-copied="Copied" hidden> copies the text of the element ID, and
// shows the text of data-copied. Without HTTPS, except at localhost, a page may not write to the clipboard: the buttons
// stay hidden.
if (navigator.clipboard) {
  for (const button of document.querySelectorAll("button[data-copy]")) {
    const label = button.textContent;
    button.hidden = false;
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).textContent);
      button.textContent = button.dataset.copied;
      setTimeout(() => (button.textContent = label), 2000);
    });
  }
}
