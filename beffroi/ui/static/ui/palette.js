// Searching over the page: ⌘K or Ctrl K opens a combobox whose list is what the search page answers.
// Without this, the form in the bar works by itself.

const WAIT = 150; // milliseconds of silence before asking
const palette = document.querySelector("dialog[data-palette]");

if (palette) {
  const form = palette.querySelector("form");
  const field = form.querySelector("[role=combobox]");
  const list = palette.querySelector("[role=listbox]");
  const said = palette.querySelector("[data-palette-said]");
  const onMac = /^(Mac|iP)/.test(navigator.platform);
  let timer = 0;
  let asking = new AbortController();

  for (const keys of document.querySelectorAll("[data-palette-keys]")) {
    if (onMac) keys.textContent = "⌘ K";
    keys.hidden = false;
  }

  const open = () => {
    if (palette.open) return;
    const written = document.querySelector(".search [name=q]")?.value;
    if (written) field.value = written;
    palette.showModal();
    field.select();
    ask();
  };

  const options = () => [...list.querySelectorAll("[role=option]")];
  const chosen = () => list.querySelector("[aria-selected=true]");

  const choose = (option) => {
    chosen()?.setAttribute("aria-selected", "false");
    if (option) {
      option.setAttribute("aria-selected", "true");
      option.scrollIntoView({ block: "nearest" });
      field.setAttribute("aria-activedescendant", option.id);
    } else {
      field.removeAttribute("aria-activedescendant");
    }
  };

  const move = (step) => {
    const all = options();
    if (!all.length) return;
    const rank = all.indexOf(chosen());
    const next = rank < 0 && step < 0 ? all.length - 1 : rank + step;
    choose(next < 0 || next >= all.length ? null : all[next]);
  };

  const show = (answer) => {
    list.replaceChildren(...answer.groups.map(drawGroup));
    options().forEach((option, rank) => {
      option.id = `palette-option-${rank}`;
    });
    list.hidden = !answer.groups.length;
    field.setAttribute("aria-expanded", String(!list.hidden));
    choose(null);
    said.textContent = answer.said;
  };

  const ask = async () => {
    asking.abort();
    asking = new AbortController();
    const query = new URLSearchParams(new FormData(form));
    try {
      const answer = await fetch(`${form.action}?${query}`, {
        headers: { Accept: "application/json" },
        signal: asking.signal,
      });
      show(await answer.json());
    } catch (error) {
      if (error.name !== "AbortError") show({ said: palette.dataset.failed, groups: [] });
    }
  };

  const drawGroup = (group) => {
    const box = element("div", "palette-group");
    box.setAttribute("role", "group");
    const label = element("div", "palette-kind", `${group.label} `);
    label.id = `palette-kind-${group.key}`;
    label.append(element("span", "tally", group.count));
    box.setAttribute("aria-labelledby", label.id);
    box.append(label, ...group.hits.map(drawHit));
    return box;
  };

  const drawHit = (hit) => {
    const option = element("a", "palette-hit");
    option.setAttribute("role", "option");
    option.setAttribute("aria-selected", "false");
    option.tabIndex = -1;
    option.href = hit.address;
    option.append(drawPieces("hit-title", hit.title));
    if (hit.fictitious) option.append(" ", copyOf("fictitious"));
    if (hit.close) option.append(" ", copyOf("close"));
    const where = element("span", "hit-where");
    if (hit.code.length) where.append(drawPieces("hit-code", hit.code), " ");
    for (const place of hit.where) where.append(drawPieces("", place), " ");
    option.append(" ", where);
    if (hit.matched.length) option.append(drawPieces("hit-matched", hit.matched));
    return option;
  };

  const drawPieces = (name, pieces) => {
    const box = element("span", name);
    for (const [text, marked] of pieces) box.append(marked ? element("mark", "", text) : text);
    return box;
  };

  const element = (tag, name, text = "") => {
    const made = document.createElement(tag);
    if (name) made.className = name;
    made.textContent = text;
    return made;
  };

  const copyOf = (name) =>
    palette.querySelector(`[data-palette-${name}]`).content.cloneNode(true);

  document.addEventListener("keydown", (event) => {
    if (event.key.toLowerCase() !== "k" || event.altKey || event.shiftKey) return;
    if (!(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    open();
  });

  field.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, WAIT);
  });

  field.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      move(event.key === "ArrowDown" ? 1 : -1);
    } else if (event.key === "Enter" && chosen()) {
      event.preventDefault();
      chosen().click();
    } else if (event.key === "Escape") {
      event.preventDefault(); // a field of type search would only be emptied
      palette.close();
    }
  });

  palette.addEventListener("click", (event) => {
    if (event.target === palette) palette.close(); // on the ground around it
  });
}
