// The page is whole without this. It adds a choice of theme, a filter, an exercise mode, buttons to copy, steps
// through figures, and opens what is folded for print.
(() => {
  const root = document.documentElement;
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const controls = document.getElementById("page:controls");
  const cards = all(".card");

  const button = (words, act) => {
    const made = document.createElement("button");
    made.type = "button";
    made.textContent = words;
    made.addEventListener("click", () => act(made));
    return made;
  };
  const status = document.createElement("p");
  status.className = "status";
  status.setAttribute("role", "status");

  // Theme.
  const remember = (value) => { try { localStorage.setItem("faltung-theme", value); } catch {} };
  const recall = () => { try { return localStorage.getItem("faltung-theme"); } catch { return null; } };
  const themes = ["auto", "light", "dark"];
  const choose = (theme, toggle) => {
    root.dataset.theme = theme;
    toggle.textContent = "Theme: " + theme;
  };
  const theme = button("", (toggle) => {
    const next = themes[(themes.indexOf(root.dataset.theme) + 1) % themes.length];
    choose(next, toggle);
    remember(next);
  });
  choose(themes.includes(recall()) ? recall() : "auto", theme);
  controls.append(theme);

  // Exercise mode: what became of a statement is hidden until it is asked for, card by card.
  const answered = cards.filter((card) => card.querySelector(".answer"));
  for (const card of answered) {
    const ask = button("Show the answer", (own) => {
      const shown = card.classList.toggle("asked");
      own.textContent = shown ? "Hide the answer" : "Show the answer";
      own.setAttribute("aria-expanded", shown);
    });
    ask.className = "ask";
    ask.setAttribute("aria-expanded", "false");
    card.querySelector(".answer").before(ask);
  }
  if (answered.length) {
    const mode = button("Exercise mode", (own) => {
      const on = root.toggleAttribute("data-exercise");
      own.setAttribute("aria-pressed", on);
      status.textContent = on ? "Guess first: every card has a button that shows its answer." : "All answers are shown.";
    });
    mode.setAttribute("aria-pressed", "false");
    controls.append(mode);
  }

  // Filter: a card is shown if its verdict is ticked, and its level, where it has one.
  const filter = document.getElementById("page:filter");
  if (cards.length > 1) {
    controls.append(filter.content.cloneNode(true));
    const boxes = all("input", controls);
    const ticked = (key, value) => boxes.some((box) => box.name === key && box.value === value && box.checked);
    const show = (card, shown) => {
      card.hidden = !shown;
      document.getElementById("map:" + card.id)?.classList.toggle("off", !shown);
    };
    const apply = () => {
      for (const card of cards) {
        const { fate, level } = card.dataset;
        show(card, ticked("fate", fate) && (!level || ticked("level", level)));
      }
      const shown = cards.filter((card) => !card.hidden).length;
      status.textContent = `${shown} of ${cards.length} statements are shown.`;
    };
    for (const box of boxes) box.addEventListener("change", apply);
    controls.querySelector(".filter").append(button("Show all", () => {
      for (const box of boxes) box.checked = true;
      apply();
    }));
    // Who follows a link to a hidden card sees it.
    const reveal = () => {
      let id;
      // What is not properly encoded, as in `#%`, leads nowhere.
      try { id = decodeURIComponent(location.hash.slice(1)); } catch { return; }
      const card = document.getElementById(id);
      if (card?.matches(".card[hidden]")) {
        show(card, true);
        card.scrollIntoView();
      }
    };
    addEventListener("hashchange", reveal);
  }
  controls.append(status);

  // Copying: commands where they stand, and every claim as text and as LaTeX.
  const copier = (words, label, text) => {
    const made = button(words, async () => {
      try {
        await navigator.clipboard.writeText(text);
        made.textContent = "copied";
      } catch {
        made.textContent = "select and copy by hand";
      }
      setTimeout(() => { made.textContent = words; }, 1500);
    });
    made.className = "copy";
    made.setAttribute("aria-label", label);
    return made;
  };
  if (navigator.clipboard) {
    for (const code of all("code[data-copy]")) {
      const text = code.textContent.replace(/\s+/g, " ").trim();
      code.after(" ", copier("copy", "Copy " + text, text));
    }
    for (const card of all(".card[data-latex]")) {
      const made = copier("copy LaTeX", "Copy the LaTeX of " + card.id, card.dataset.latex);
      card.querySelector(".text").append(made);
    }
  }

  // A window on its way: one drawing for all frames, in which the window, its output and the lines between them move.
  for (const template of all("template.steppers")) {
    const made = document.createElement("div");
    made.className = "steppers";
    made.append(template.content.cloneNode(true));
    for (const stepper of all(".stepper", made)) {
      const numbers = (text) => text.split(" ").map(Number);
      const [height, width, side] = numbers(stepper.dataset.sizes);
      const steps = stepper.dataset.steps.split(";").map(numbers);
      const [, lines, taps, output] = stepper.querySelector("svg").children;
      const slider = stepper.querySelector("input");
      const told = stepper.querySelector("output");
      const show = () => {
        const [x, y, u, v, read, zeros] = steps[slider.valueAsNumber];
        lines.setAttribute("d", `M${x + width} ${y}L${u} ${v}M${x + width} ${y + height}L${u} ${v + side}`);
        for (const [mark, across, down] of [[taps, x, y], [output, u, v]]) {
          mark.setAttribute("x", across);
          mark.setAttribute("y", down);
        }
        const of = (n, one, many) => `${n} ${n === 1 ? one : many}`;
        const words = of(read, "entry", "entries") + (zeros ? ` and ${of(zeros, "zero", "zeros")}` : "");
        told.textContent = `output ${slider.valueAsNumber + 1} of ${steps.length} reads ${words}`;
        slider.setAttribute("aria-valuetext", told.textContent);
      };
      const [back, next] = all("button", stepper);
      for (const [pressed, by] of [[back, -1], [next, 1]]) {
        pressed.addEventListener("click", () => { slider.valueAsNumber += by; show(); });
      }
      slider.addEventListener("input", show);
      show();
    }
    template.replaceWith(made);
  }

  // Print: everything is open, but for answers that were not asked for.
  let opened = [];
  addEventListener("beforeprint", () => {
    opened = all("details:not([open])").filter((details) => !(root.hasAttribute("data-exercise") && details.matches(".reveal")));
    for (const details of opened) details.open = true;
  });
  addEventListener("afterprint", () => { for (const details of opened) details.open = false; });
})();
