// A program of before goes back into the editor, where it can be changed and handed in anew. Without script it is read and copied.
// <ol data-island="code-kept"><li><details>…<pre data-field="main.c">…</pre>…<button type="button" hidden>…</button></details></li></ol>

export function mount(element: HTMLElement): void {
  const form = element.closest("form");
  for (const button of element.querySelectorAll("button")) {
    button.hidden = false;
    button.addEventListener("click", () => {
      for (const kept of button.closest("li")?.querySelectorAll<HTMLElement>("pre[data-field]") ?? []) {
        const field = form?.querySelector<HTMLTextAreaElement>(`textarea[name="program-${(kept.dataset["field"] ?? "").replace(".", "-")}"]`);
        if (!field) continue;
        field.value = kept.textContent ?? "";
        field.dispatchEvent(new Event("input", { bubbles: true }));
        field.focus();
        field.closest(".editor")?.scrollIntoView({ block: "nearest" });
      }
    });
  }
}
