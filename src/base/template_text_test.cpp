#include "base/template_text.hpp"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace executus {
namespace {

using ::testing::HasSubstr;

const TemplateVariables& sample_variables() {
  static const TemplateVariables variables{
      {"Query", "why <b>?"}, {"plan", "{{Query}}"}, {"inputs.service", "db"}, {"inputs.user-name", "joe"}};
  return variables;
}

std::string rendered(std::string_view text) { return render_template(text, sample_variables()).value(); }

std::string render_failure(std::string_view text) {
  auto result = render_template(text, sample_variables());
  return result ? "no error" : result.error().message();
}

TEST(RenderTemplate, PutsTextsInByEitherForm) {  // [PH-02]
  EXPECT_EQ(rendered("Q: {{Query}}"), "Q: why <b>?");
  EXPECT_EQ(rendered("Q: {{.Query}}, {{ Query }}, {{ .Query }}"), "Q: why <b>?, why <b>?, why <b>?");
  EXPECT_EQ(rendered("{{inputs.service}}/{{.inputs.user-name}}"), "db/joe");
}

TEST(RenderTemplate, LooksAtNothingTwice) {  // [PH-02]
  EXPECT_EQ(rendered("{{plan}}"), "{{Query}}");
}

TEST(RenderTemplate, LeavesOtherBracesAlone) {
  EXPECT_EQ(rendered(R"({"a": {"b": {}}} { } })"), R"({"a": {"b": {}}} { } })");
  EXPECT_EQ(rendered(""), "");
}

TEST(RenderTemplate, WritesBracesThatBeginNoName) {  // [WFL-01]
  EXPECT_EQ(rendered("{{'{{'}}Query}} is {{Query}}"), "{{Query}} is " + rendered("{{Query}}"));
  EXPECT_EQ(rendered(R"({{"{{"}}{{'{{'}})"), "{{{{");
  EXPECT_THAT(render_failure("{{'{'}}"), HasSubstr("expected a name"));
}

TEST(RenderTemplate, RefusesUnknownNames) {
  EXPECT_EQ(render_failure("{{Qeury}}"),
            "expanding a template failed: nothing is named 'Qeury' here; did you mean 'Query'?");
  EXPECT_THAT(render_failure("{{inputs.nothing_such}}"), HasSubstr("nothing is named 'inputs.nothing_such'"));
}

TEST(RenderTemplate, RefusesUnbalancedBracesAndWhatIsNoName) {
  EXPECT_THAT(render_failure("a {{Query"), HasSubstr("a {{ has no closing }}"));
  for (const char* bad : {"{{}}", "{{ }}", "{{a b}}", "{{..Query}}", "{{1}}", "{{Query.}}", "{{#if}}", "{{{Query}}}"})
    EXPECT_THAT(render_failure(bad), HasSubstr("expected a name")) << bad;
}

TEST(TemplateIdentifier, IsAWordThatStartsWithALetter) {
  for (const char* good : {"plan", "_a", "Plan2"}) EXPECT_TRUE(is_template_identifier(good)) << good;
  for (const char* bad : {"", "2plan", "a-b", "a.b", "a b", "ä"}) EXPECT_FALSE(is_template_identifier(bad)) << bad;
}

}  // namespace
}  // namespace executus
