// On a phone the button to enrol scrolls away: this bar stands at the foot of the screen while it is out of sight.

export function mount(element: HTMLElement): void {
  const button = document.querySelector("#enrol .btn--primary");
  if (!button) return;
  new IntersectionObserver(([entry]) => {
    if (entry) element.hidden = entry.isIntersecting;
  }).observe(button);
}
