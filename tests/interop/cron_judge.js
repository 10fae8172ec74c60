// Reads {"cron": ..., "zone": ..., "after": milliseconds} a line and answers with the next time in milliseconds. Of an
// expression that cron-parser refuses the line is "refused: " and its reason.
const { CronExpressionParser } = require("cron-parser");
const lines = require("fs").readFileSync(0, "utf8").split("\n").filter((line) => line);
const answers = lines.map((line) => {
  const { cron, zone, after } = JSON.parse(line);
  try {
    return CronExpressionParser.parse(cron, { currentDate: new Date(after), tz: zone }).next().getTime();
  } catch (error) {
    return "refused: " + error.message;
  }
});
console.log(answers.join("\n"));
