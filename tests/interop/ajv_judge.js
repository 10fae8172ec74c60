// Reads {"schema": ..., "values": [...]} a line and answers with a letter for each value: t fits, f does not. Of a schema
// that ajv refuses the line is "refused: " and its reason.
const Ajv2020 = require("ajv/dist/2020");
const lines = require("fs").readFileSync(0, "utf8").split("\n").filter((line) => line);
for (const line of lines) {
  const { schema, values } = JSON.parse(line);
  let answer;
  try {
    const fits = new Ajv2020({ strict: false, validateFormats: false }).compile(schema);
    answer = values.map((value) => (fits(value) ? "t" : "f")).join("");
  } catch (error) {
    answer = "refused: " + error.message;
  }
  console.log(answer);
}
