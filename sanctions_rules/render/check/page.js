// The section "Check this decision": a tree of steps from each answer, checked as they are opened.
//
// Every word that comes from facts or rules is written as text, never as markup.

const SIGNS = { checked: "✓", refused: "✗" };
const HIDDEN = /[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Zl}\p{Zp}]/gu;

/** Control and direction marks written out, as on the rest of the page. */
const visible = (text) => text.replace(HIDDEN, (c) => `⟨U+${c.codePointAt(0).toString(16).toUpperCase().padStart(4, "0")}⟩`);

function element(name, text = "", more = {}) {
  return Object.assign(document.createElement(name), { textContent: visible(text) }, more);
}

/** A stated value in words. */
function words(value) {
  const ends = (first, last, unit = "") =>
    first === last ? `${first}${unit}` : `${first ?? "any"} to ${last ?? "any"}${unit}`;
  if (value === null) return "not known";
  if (typeof value !== "object") return { true: "yes", false: "no" }[value] ?? value;
  if (isNone(value)) return "there is none";
  if (has(value, "item")) return value.item || "the case";
  if (has(value, "one_of")) return `one of ${value.one_of.join(", ")}`;
  if (has(value, "code")) return value.code.join(" ");
  if (has(value, "list")) return (value.list.map(words).join(", ") || "nothing") + (value.complete ? "" : ", and perhaps more");
  const sides = value.open.map((open, i) => (open ? [", above the first", ", below the last"][i] : "")).join("");
  return has(value, "from") ? ends(value.from, value.to) + sides : ends(value.least, value.most, value.tag ? ` ${value.tag}` : "") + sides;
}

/** Runs a check, and says by sign and word what came of it. */
function result(work) {
  try {
    work();
    return { sign: SIGNS.checked, said: "checked" };
  } catch (error) {
    const why = error instanceof Refused ? `${error.rule}: ${error.why}` : `form: ${error.message}`;
    return { sign: SIGNS.refused, said: `refused by the rule ${why}` };
  }
}

class Page {
  constructor(section, data) {
    this.check = new Check(data);
    this.status = section.querySelector("[role=status]");
    this.tree = section.querySelector(".proof");
    const { answers } = this.check.certificate;
    this.tree.append(...answers.map((one, index) => this.node(
      `${one.regime.toUpperCase()}: ${one.outcome.replaceAll("_", " ").toUpperCase()}`, one, () => this.check.answer(index))));
    section.querySelector("button").addEventListener("click", () => this.all());
  }

  /** A fold that checks its step when it is opened, and only then lists what the step rests on. */
  node(title, step, work) {
    const item = element("li"), fold = element("details"), summary = element("summary", title);
    const mark = element("span", " · not yet checked", { className: "mark" });
    summary.append(mark);
    fold.append(summary);
    fold.addEventListener("toggle", () => {
      if (!fold.open || item.dataset.done) return;
      item.dataset.done = "yes";
      const { sign, said } = result(work);
      mark.textContent = visible(` · ${sign} ${said}`);
      this.status.textContent = visible(`${sign} ${title}: ${said}`);
      fold.append(this.grounds(step));
    });
    item.append(fold);
    return item;
  }

  /** What a step lists: facts, missing law, and the steps it rests on. */
  grounds(step) {
    const { stated, steps } = this.check.certificate, list = element("ul");
    for (const { place, path, value } of step.facts.map((index) => stated[index])) {
      list.append(element("li", `fact: ${place || "the case"}, ${path}: ${words(value)}`));
    }
    list.append(...step.lacks.map((why) => element("li", `not known for want of: ${why}`)));
    list.append(...(step.runs ?? []).flatMap((run) => ["surely", "perhaps"].map((rail) => element("li",
      `${rail} reached through owners${run.alone && ` by ${run.alone} alone`}: ${run[rail].map((round) => round.join(", ")).join("; then ") || "nobody"}`))));
    list.append(...step.rests.map((index) => {
      const { claim: [kind, ...about], truth } = steps[index];
      const comes = truth === "least" ? "who has the status through owners" : truth;
      return this.node(`${kind}: ${about.filter(Boolean).join(", ")} – ${comes}`, steps[index], () => this.check.step(index));
    }));
    if (!list.children.length) list.append(element("li", "It rests on the rulebook alone."));
    return list;
  }

  all() {
    const { steps, stated } = this.check.certificate, { sign, said } = result(() => this.check.whole());
    const counted = `${steps.length} steps, ${stated.length} facts and every answer`;
    this.status.textContent = visible(sign === SIGNS.checked ? `${sign} ${counted}: checked` : `${sign} ${said}`);
  }
}

function start() {
  const section = document.getElementById("sr-check");
  try {
    new Page(section, parsed(document.getElementById("sr-proof").textContent));
  } catch (error) {
    section.querySelector("[role=status]").textContent = visible(`${SIGNS.refused} ${result(() => { throw error; }).said}`);
  }
}

globalThis.sanctionsRules = { Check, Refused, parsed, dayStart };
if (typeof document !== "undefined") start();
