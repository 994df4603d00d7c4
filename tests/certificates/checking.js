// The script of a page, run without one: reads a line of data after another, and says what became of it.
// Arguments: the script. A line with `rulebook` alone is kept for those without; one with `days` asks
// when days begin. Prints for each other line `accepted`, or the rule that refuses and why.

const readline = require("node:readline");
require(process.argv[2]);
const { Check, Refused, parsed, dayStart } = globalThis.sanctionsRules;
let rulebook;

function answer(data) {
  if (data.days) return data.days.map(([day, zone]) => `${dayStart(Date.parse(`${day}T00:00:00Z`), zone)}`);
  try {
    new Check({ rulebook, ...data }).whole();
    return "accepted";
  } catch (error) {
    return error instanceof Refused ? `${error.rule}: ${error.why}` : `crash: ${error.stack}`;
  }
}

readline.createInterface({ input: process.stdin }).on("line", (line) => {
  let data;
  try {
    data = parsed(line);
  } catch {
    return console.log(JSON.stringify("no JSON"));
  }
  if (Object.keys(data).join() === "rulebook") return void ({ rulebook } = data);
  console.log(JSON.stringify(answer(data)));
});
