// Generated schemas of tools, lowered for each vendor, judged by ajv's 2020-12 build and by us.
#include <cstddef>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include <boost/json.hpp>
#include <gtest/gtest.h>

#include <executus/base/json.hpp>
#include <executus/base/json_schema.hpp>
#include <executus/testing/temporary_folder.hpp>

#include "generated_schemas.hpp"
#include "judged.hpp"
#include "llm/anthropic/tool_rules.hpp"
#include "llm/google/tool_rules.hpp"
#include "llm/ollama/tool_rules.hpp"
#include "llm/openai/shared/tool_rules.hpp"

namespace executus::interop {
namespace {

constexpr int kSchemas = 200;
constexpr int kJudged = 60;  // ajv takes its time
constexpr int kValues = 12;

constexpr llm::ToolSchemaRules kVendors[] = {llm::openai::kToolRules, llm::anthropic::kToolRules,
                                             llm::google::kToolRules, llm::ollama::kToolRules};

std::vector<json::value> objects_of(GeneratedSchemas& generator, const json::value& schema) {
  std::vector<json::value> fitting;
  for (int n = 0; n < kValues; ++n)
    if (auto value = generator.value(); value.is_object() && validate(schema, value).empty())
      fitting.push_back(std::move(value));
  return fitting;
}

void expect_takes(const json::value& lowered, const std::vector<json::value>& values, const json::value& original) {
  if (::testing::Test::HasFailure()) return;  // one is enough to look at
  EXPECT_FALSE(check_schema(lowered)) << write_json(lowered);
  for (const auto& value : values)
    EXPECT_TRUE(validate(lowered, value).empty()) << "seed " << seed() << ": " << write_json(original) << "\nbecame "
                                                  << write_json(lowered) << "\nand refuses " << write_json(value);
}

TEST(ToolSchemas, TakeOfEachVendorWhatTheOriginalTakes) {
  testing::TemporaryFolder folder;
  GeneratedSchemas generator(seed());
  std::vector<json::object> questions;
  std::ofstream file(folder / "questions");
  for (std::size_t i = 0; i < kSchemas; ++i) {
    auto schema = generator.root();
    if (!schema.is_object()) continue;
    auto values = objects_of(generator, schema);
    for (const auto& rules : kVendors) expect_takes(llm::lowered(schema.get_object(), rules), values, schema);
    if (questions.size() == kJudged) continue;
    questions.push_back({{"original", schema},
                         {"schema", llm::lowered(schema.get_object(), kVendors[i % std::size(kVendors)])},
                         {"values", json::array(values.begin(), values.end())}});
    file << write_json(questions.back()) << '\n';
  }
  file.close();
  if (::testing::Test::HasFailure()) return;

  auto answers = judged_by("ajv_judge.js", folder / "questions", folder / "answers");

  ASSERT_EQ(answers.size(), questions.size()) << "scripts/interop.sh installs ajv";
  std::size_t asked = 0;
  for (std::size_t i = 0; i < answers.size(); ++i) {
    auto count = questions[i].at("values").as_array().size();
    EXPECT_EQ(answers[i], std::string(count, 't')) << "seed " << seed() << ": " << write_json(questions[i]);
    asked += count;
    if (::testing::Test::HasFailure()) return;  // one is enough to look at
  }
  EXPECT_GT(asked, kJudged / 2) << "few values fit a schema by chance";
}

}  // namespace
}  // namespace executus::interop
