// How is a moment of a film written ("3:41", "1:02:09"), and how does a line of a text lead there?

export function clock(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  const two = (n: number): string => String(n).padStart(2, "0");
  const [h, m, s] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  return h ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
}

/** The time before a line becomes a button that goes there. */
export function makeButton(line: HTMLElement, label: string, go: (seconds: number) => void): void {
  const at = line.querySelector(".script__at");
  if (!at || at instanceof HTMLButtonElement) return;
  const button = document.createElement("button");
  button.type = "button";
  button.className = at.className;
  button.textContent = at.textContent;
  button.setAttribute("aria-label", label.replace("{at}", at.textContent ?? ""));
  button.addEventListener("click", () => go(Number(line.dataset["at"])));
  at.replaceWith(button);
}
