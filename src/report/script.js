// The page is whole without this: it adds a choice of theme, buttons to copy, and opens everything for print.
(() => {
  const root = document.documentElement;
  const remember = (value) => { try { localStorage.setItem("faltung-theme", value); } catch {} };
  const recall = () => { try { return localStorage.getItem("faltung-theme"); } catch { return null; } };

  const themes = ["auto", "light", "dark"];
  const toggle = document.createElement("button");
  toggle.type = "button";
  const choose = (theme) => {
    root.dataset.theme = theme;
    toggle.textContent = "Theme: " + theme;
  };
  choose(themes.includes(recall()) ? recall() : "auto");
  toggle.addEventListener("click", () => {
    const next = themes[(themes.indexOf(root.dataset.theme) + 1) % themes.length];
    choose(next);
    remember(next);
  });
  document.getElementById("page:controls").append(toggle);

  for (const code of navigator.clipboard ? document.querySelectorAll("code[data-copy]") : []) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "copy";
    button.textContent = "copy";
    button.setAttribute("aria-label", "Copy " + code.textContent);
    button.addEventListener("click", async () => {
      try {
        await navigator.clipboard.writeText(code.textContent);
        button.textContent = "copied";
      } catch {
        button.textContent = "select and copy by hand";
      }
      setTimeout(() => { button.textContent = "copy"; }, 1500);
    });
    code.after(" ", button);
  }

  let opened = [];
  addEventListener("beforeprint", () => {
    opened = [...document.querySelectorAll("details:not([open])")];
    for (const details of opened) details.open = true;
  });
  addEventListener("afterprint", () => { for (const details of opened) details.open = false; });
})();
