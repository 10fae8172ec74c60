// Generated schemas and values, judged by ajv's 2020-12 build and by us.
#include <fstream>
#include <string>
#include <vector>

#include <boost/json.hpp>
#include <gtest/gtest.h>

#include <executus/base/json.hpp>
#include <executus/base/json_schema.hpp>
#include <executus/testing/temporary_folder.hpp>

#include "generated_schemas.hpp"
#include "judged.hpp"

namespace executus::interop {
namespace {

namespace json = boost::json;

constexpr int kSchemas = 800;
constexpr int kValues = 12;

TEST(JsonSchema, JudgesAsAjvDoes) {
  testing::TemporaryFolder folder;
  GeneratedSchemas generator(seed());
  std::vector<json::object> questions;
  std::ofstream file(folder / "questions");
  for (int i = 0; i < kSchemas; ++i) {
    json::array values;
    for (int n = 0; n < kValues; ++n) values.push_back(generator.value());
    questions.push_back({{"schema", generator.root()}, {"values", std::move(values)}});
    file << write_json(questions.back()) << '\n';
  }
  file.close();

  auto answers = judged_by("ajv_judge.js", folder / "questions", folder / "answers");

  ASSERT_EQ(answers.size(), questions.size()) << "scripts/interop.sh installs ajv";
  int fitting = 0;
  for (std::size_t i = 0; i < answers.size(); ++i) {
    const auto& schema = questions[i].at("schema");
    auto wrong = check_schema(schema);
    EXPECT_FALSE(wrong) << write_json(schema) << ": " << wrong->message();
    std::string ours;
    for (const auto& value : questions[i].at("values").as_array()) ours += validate(schema, value).empty() ? 't' : 'f';
    EXPECT_EQ(ours, answers[i]) << "seed " << seed() << ": " << write_json(questions[i]);
    fitting += static_cast<int>(std::ranges::count(ours, 't'));
    if (::testing::Test::HasFailure()) return;  // one is enough to look at
  }
  EXPECT_GT(fitting, kSchemas) << "and not all are refused";
  EXPECT_LT(fitting, kSchemas * kValues - kSchemas);
}

}  // namespace
}  // namespace executus::interop
